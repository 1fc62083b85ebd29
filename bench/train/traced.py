"""A number that remembers of which weights it is made, so that the judge itself says how its sums depend on them."""

from __future__ import annotations

from collections.abc import Mapping


class Traced(float):
    """A float with `parts`: how often each named weight is in it. Only what the judge does with weights is carried on."""

    parts: Mapping[str, float]

    def __new__(cls, value: float, parts: Mapping[str, float]) -> Traced:
        made = super().__new__(cls, value)
        made.parts = parts
        return made

    @classmethod
    def of(cls, name: str, value: float) -> Traced:
        """The weight called `name` itself."""
        return cls(value, {name: 1.0})

    def __add__(self, other: float) -> Traced:
        parts = dict(self.parts)
        for name, share in parts_of(other).items():
            parts[name] = parts.get(name, 0.0) + share
        return Traced(float(self) + float(other), parts)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Traced:
        return Traced(float(self) * factor, {name: share * factor for name, share in self.parts.items()})

    __rmul__ = __mul__


def parts_of(value: float) -> Mapping[str, float]:
    """Of which weights a number is made; of none, for an ordinary one."""
    return value.parts if isinstance(value, Traced) else {}
