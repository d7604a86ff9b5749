"""FastAPI and nothing else: one route that answers what a product looks like."""

from __future__ import annotations

from fastapi import FastAPI

app = FastAPI()


@app.get("/products/{id}", response_model=None)
async def show(id: str) -> dict[str, str | int]:
    return {"id": id, "created_at": "2026-01-01T00:00:00Z", "name": "Lamp", "price": 4900, "stock": 10}
