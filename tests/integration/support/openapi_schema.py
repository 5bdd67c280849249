"""The platform's OpenAPI document as JSON Schema, strict enough that an answer of the wrong form fails.

OpenAPI 3.0 is no JSON Schema: `nullable` and `format` mean something else or nothing there. Stricter than the document are
two things: objects have no properties but the documented ones, and open enumerations have only the documented values."""

import copy
import json

import jsonschema

INTEGER_LIMITS = {"int32": 2**31, "int64": 2**63}
OPEN_SCHEMAS = {"BaseEntity"}
"""Stand for entities of any type, each of which has properties of its own."""
INCOMPLETE_ENUMERATIONS = {"EntityType"}


class OpenApiSchema:
    def __init__(self, path):
        self._document = json.loads(path.read_text(encoding="utf-8"))
        schemas = self._document["components"]["schemas"]
        self._definitions = {name: self._translate(schema, name) for name, schema in schemas.items()}

    def errors(self, name, value):
        """What is wrong with a value of the named schema: one line each."""
        schema = {"$ref": f"#/$defs/{name}", "$defs": self._definitions}
        validator = jsonschema.Draft202012Validator(schema)
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(value)]

    def response_schema(self, method, path, status):
        """The name of the schema of an answer; None where it has no body. KeyError if the document has no such answer."""
        response = self._document["paths"][path][method.lower()]["responses"][str(status)]
        if "$ref" in response:
            response = self._document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        if "content" not in response:
            return None
        return response["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]

    def flow_properties(self, since_9_1):
        """The names of the Flow entity's properties: of API 9.1 only, or those of all versions."""
        properties = self._resolve({"$ref": "#/components/schemas/Flow"})["properties"]
        return {name for name, schema in properties.items() if ("Spec 9.1" in schema.get("description", "")) == since_9_1}

    def _resolve(self, schema):
        """Follows references and joins allOf, so that one object lists all its properties."""
        schema = copy.deepcopy(schema)
        if "$ref" in schema:
            return self._resolve(self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        for part in schema.pop("allOf", []):
            part = self._resolve(part)
            schema.setdefault("properties", {}).update(part.get("properties", {}))
            schema.setdefault("required", []).extend(part.get("required", []))
            schema.setdefault("type", part.get("type"))
            if part.get("nullable"):
                schema["nullable"] = True
        return schema

    def _translate(self, schema, name=None):
        if "$ref" in schema:
            return {"$ref": "#/$defs/" + schema["$ref"].rsplit("/", 1)[1]}
        if "allOf" in schema:
            schema = self._resolve(schema)
        result = {key: schema[key] for key in ("type", "required", "enum", "minItems", "maxItems") if key in schema}
        if schema.get("format") in INTEGER_LIMITS:
            limit = INTEGER_LIMITS[schema["format"]]
            result.update(minimum=-limit, maximum=limit - 1)
        if "x-known-values" in schema and name not in INCOMPLETE_ENUMERATIONS:
            result["enum"] = schema["x-known-values"]
        if "properties" in schema:
            result["properties"] = {key: self._translate(value) for key, value in schema["properties"].items()}
            if name not in OPEN_SCHEMAS:
                result["additionalProperties"] = False
        if "items" in schema:
            result["items"] = self._translate(schema["items"])
        if "anyOf" in schema:
            result["anyOf"] = [self._translate(choice) for choice in schema["anyOf"]]
        return {"anyOf": [result, {"type": "null"}]} if schema.get("nullable") else result
