// Rings while something rings that this desk has not muted. A mute is for named alarms, here, for five minutes.
const RING_EVERY = 5000, MUTE_FOR = 5 * 60 * 1000;
const sound = { context: null, rangAt: 0 };

function wake() {
  sound.context = sound.context || new AudioContext();
  return sound.context.resume();
}

function tone(hertz, start, seconds) {
  const at = sound.context.currentTime + start;
  const source = sound.context.createOscillator(), volume = sound.context.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.5, at + 0.02);
  volume.gain.setValueAtTime(0.5, at + seconds - 0.05);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
  source.connect(volume).connect(sound.context.destination);
  source.start(at);
  source.stop(at + seconds);
}

const canSound = () => sound.context !== null && sound.context.state === "running";

function ring() {
  if (!canSound()) return;
  [0, 0.4, 0.8].forEach((start) => { tone(880, start, 0.18); tone(660, start + 0.2, 0.18); });
  sound.rangAt = Date.now();
  document.body.dataset.rang = Number(document.body.dataset.rang || 0) + 1;
}

function testSound() {
  wake().then(() => {
    kept.write("sound", true);
    tone(660, 0, 0.25);
    tone(880, 0.25, 0.25);
    document.body.dataset.tested = Number(document.body.dataset.tested || 0) + 1;
    showSound();
  });
}

function showSound() {
  const silent = document.getElementById("silent"), wanted = kept.read("sound", false);
  silent.hidden = canSound();
  document.getElementById("sound-test").hidden = !canSound();
  document.getElementById("silent-says").textContent = wanted
    ? "This browser is blocking sound. Alarms at this desk are seen and not heard."
    : "Sound is off. Alarms at this desk are seen and not heard.";
}

const alarmsNow = () => (document.getElementById("strip")?.dataset.alarms || "").split(" ").filter(Boolean);

function muted() {
  const all = kept.read("muted", {});
  return Object.fromEntries(Object.entries(all).filter(([, until]) => until > Date.now()));
}

function loud() {
  const quiet = muted();
  return alarmsNow().filter((alarm) => !(alarm in quiet));
}

function toggleMute() {
  const quiet = muted(), ringing = loud();
  if (ringing.length) ringing.forEach((alarm) => { quiet[alarm] = Date.now() + MUTE_FOR; });
  else alarmsNow().forEach((alarm) => { delete quiet[alarm]; });
  kept.write("muted", quiet);
  showMute();
  ringIfDue();
}

// The button is put into each new strip: what the server sends knows nothing of this desk's mutes.
function showMute() {
  const list = document.querySelector(".desk-alarms");
  if (!list) return;
  const old = document.getElementById("mute"), button = old || document.createElement("button");
  button.id = "mute";
  button.type = "button";
  button.className = "desk-button desk-button--quiet";
  const says = loud().length ? "Mute here for 5 min" : "Muted here: ring again";
  if (button.textContent !== says) button.textContent = says;
  if (!old) { button.addEventListener("click", toggleMute); list.append(button); }
}

function ringIfDue() {
  if (loud().length && Date.now() - sound.rangAt >= RING_EVERY) ring();
}

document.getElementById("sound-on").addEventListener("click", testSound);
document.getElementById("sound-test").addEventListener("click", testSound);
// Where the browser lets a page sound at once it does; where not, the banner asks for a press.
if (kept.read("sound", false)) { sound.context = new AudioContext(); sound.context.onstatechange = showSound; }
showSound();
showMute();
ringIfDue();
