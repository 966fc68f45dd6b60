// A clock in a worker of its own: browsers slow the timers of a page in the background, and an alarm must not wait.
setInterval(() => postMessage("second"), 1000);
