"""Examples for the OpenAPI document, made from its schemas so that they cannot part from them.

Values come from the schema (enum, default, example) and, where it leaves them open, from the name
of the member: what invented samples of ours have.
"""

from typing import Any

Schema = dict[str, Any]

_SHA256 = "b8a6e0f3c1f2d7e4a5961b0c3d4e5f60718293a4b5c6d7e8f9010203040506aa"
_INVOICE = f"{_SHA256}-0"
_AT = "2026-09-30T08:00:00+00:00"
_BY_NAME: dict[str, Any] = {
    "action": "document.decided",
    "address": "上海市浦东新区世纪大道1号",
    "amount": "1060.00",
    "as_of": _AT,
    "before": "980.00",
    "body": '{"kind": "document.decided"}',
    "buyer_name": "星河科技有限公司",
    "by": "李审",
    "category": "office",
    "change": "80.00",
    "code": "not_found",
    "copies_amount": "0.00",
    "date": "2026-09-12",
    "department": "市场部",
    "document": _SHA256,
    "document_sha256": _SHA256,
    "en": "The number is missing",
    "error": "82.50",
    "expected": "1120.00",
    "file": "invoice.pdf",
    "high": "1310.00",
    "kind": "document.decided",
    "label": "总计",
    "link": "/join/3q2-7w",
    "login": "wang",
    "low": "940.00",
    "match": "matched",
    "message": "价税合计与明细之和不符",
    "message_en": "the total is not the sum of the lines",
    "month": "2026-09",
    "name": "王某某",
    "next": None,
    "note": "客户拜访",
    "number": "26312000000012345678",
    "other": _INVOICE,
    "owner": "wang",
    "path": "/invoice/total",
    "person": "王某某",
    "picture": f"/v1/documents/{_SHA256}/pages/0.jpg",
    "purpose": "拜访客户",
    "query": "seller=晨光文具",
    "q": "晨光文具",
    "reason": "请补充行程单",
    "refused_amount": "0.00",
    "relation": "same_number",
    "rule": "R-DUP-01",
    "said": "apart",
    "schedule": "0 3 * * *",
    "secret": "phs_3q2-7wexample",
    "seller_name": "晨光文具有限公司",
    "sentence": "同一号码的发票已收到",
    "serial": "9f3c1a20",
    "sha256": _SHA256,
    "since": "2026-07",
    "source": "erp",
    "subject": f"invoice:{_INVOICE}",
    "text": "晨光文具",
    "title": "Not found",
    "total": "1060.00",
    "type": "urn:piaohe:problem:not_found",
    "until": "2026-09",
    "url": "https://erp.example.com/piaohe",
    "value": "1060.00",
    "version": "9f86d081884c7d65",
    "zh": "缺少发票号码",
}
_BY_FORMAT = {
    "date-time": _AT,
    "date": "2026-09-12",
    "time": "08:00:00",
    "duration": "PT30S",
    "uri": "https://erp.example.com/piaohe",
    "binary": "(the bytes of the file)",
}
_DEEP = 9


class Examples:
    """Makes examples of the schemas of one document. `schemas` are its components."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self._schemas = schemas

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        """A value the schema takes; `name` is of the member it is for."""
        if "$ref" in schema:
            part = schema["$ref"].rsplit("/", 1)[-1]
            return self.of(self._schemas[part], name, depth)
        for given in ("example", "const", "default"):
            if schema.get(given) is not None:
                return schema[given]
        for given in ("examples", "enum"):
            if schema.get(given):
                return schema[given][0]
        for many in ("anyOf", "oneOf"):
            if many in schema:
                return self._one_of(schema[many], name, depth)
        if "allOf" in schema:
            return self.of(schema["allOf"][0], name, depth)
        return self._plain(schema, name, depth)

    def _one_of(self, choices: list[Schema], name: str, depth: int) -> Any:
        """The first that is something; nothing where that may be and it gets too deep."""
        some = [each for each in choices if each.get("type") != "null"]
        if len(some) < len(choices) and (depth > _DEEP or _BY_NAME.get(name, "") is None):
            return None
        texts = [each for each in some if each.get("type") == "string"]
        # amounts may be sent as numbers too, but are always told as text
        return self.of((texts or some)[0], name, depth)

    def _plain(self, schema: Schema, name: str, depth: int) -> Any:
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("integer", "number"):
            return self._number(schema)
        if kind == "boolean":
            return True
        return self._text(schema, name) if kind == "string" else None

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        found = {
            name: self.of(part, name, depth + 1)
            for name, part in schema.get("properties", {}).items()
            if name in needed or depth < 1
        }
        more = schema.get("additionalProperties")
        if not found and isinstance(more, dict) and depth <= _DEEP:
            name = self.of(schema["propertyNames"]) if "propertyNames" in schema else "total"
            found[name] = self.of(more, name, depth + 1)
        return found

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(each, name, depth + 1) for each in schema["prefixItems"]]
        if depth > _DEEP or not schema.get("items"):
            return []
        return [self.of(schema["items"], name, depth + 1)] * max(1, schema.get("minItems", 1))

    @staticmethod
    def _number(schema: Schema) -> int | float:
        least: Any = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        most: Any = schema.get("maximum", schema.get("exclusiveMaximum", least + 2))
        found: int | float = min(max(1, least), most) if most > least else least
        return found

    @staticmethod
    def _text(schema: Schema, name: str) -> str:
        known = _BY_FORMAT.get(schema.get("format", ""))
        if known is None and "pattern" in schema:
            # money as text is the one kind of pattern there is, besides names with a table entry
            known = "1060.00" if "\\d" in schema["pattern"] or "." in schema["pattern"] else None
        found = known or _BY_NAME.get(name) or (_INVOICE if name == "id" else "示例")
        return str(found)[: schema.get("maxLength")]


def add_examples(operation: dict[str, Any], schemas: dict[str, Schema]) -> None:
    """Give the body and every JSON answer of an operation an example."""
    made = Examples(schemas)
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [
        answer.get("content", {})
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    for content in contents:
        for media, part in content.items():
            fitting = "json" in media or "form" in media
            if fitting and "schema" in part and not {"example", "examples"} & set(part):
                part["example"] = made.of(part["schema"])
