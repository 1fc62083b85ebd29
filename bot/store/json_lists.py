"""A list kept as JSON, opened up by the database itself: each of the two has a function of its own for that."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, TableValuedAlias, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Texts(FunctionElement[str]):
    name = "json_list_texts"
    inherit_cache = True


@compiles(_Texts, "sqlite")
def _on_sqlite(element: _Texts, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Texts, "postgresql")
def _on_postgresql(element: _Texts, compiler: Any, **options: Any) -> str:
    return f"json_array_elements_text({compiler.process(element.clauses, **options)})"


def texts(stored: ColumnElement[Any]) -> TableValuedAlias:
    """The list's items as rows; their one column is called `value`."""
    return _Texts(stored).table_valued(column("value", String))
