"""What shapes are made of. What is wrong with something that was sent is told as a FieldError."""

from collections.abc import Mapping, Sized
from typing import Any, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.contracts.field_errors import field_error

S = TypeVar("S", bound=Sized)


class Shape(Schema):
    """Unknown fields are refused: what somebody typed is never dropped in silence."""

    error_messages: dict[str, Any] = {  # noqa: RUF012 - marshmallow's own way
        "unknown": field_error("unknown-field"),
        "type": field_error("wrong-type"),
    }

    class Meta:
        unknown = RAISE
        ordered = True


_MISSING = [field_error("required")]
_OTHER_TYPE = [field_error("wrong-type")]


class Text(fields.String):
    """A text that somebody sent."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "required": _MISSING,
        "null": _OTHER_TYPE,
        "invalid": _OTHER_TYPE,
        "invalid_utf8": _OTHER_TYPE,
    }


class Flag(fields.Boolean):
    """true or false that somebody sent, and nothing that means so to somebody else."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "required": _MISSING,
        "null": _OTHER_TYPE,
        "invalid": _OTHER_TYPE,
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return bool(super()._deserialize(value, attr, data, **options))


class Between(fields.Integer):
    """A whole number in bounds that somebody sent."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "required": _MISSING,
        "null": _OTHER_TYPE,
    }

    def __init__(self, least: int, most: int, *, metadata: Mapping[str, Any] | None = None, **options: Any) -> None:
        self._bounds, self._error = (least, most), field_error("not-a-number", least=least, most=most)
        super().__init__(metadata={"minimum": least, "maximum": most, **(metadata or {})}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        least, most = self._bounds
        if type(value) is not int or not least <= value <= most:
            raise ValidationError([self._error])
        return super()._deserialize(value, attr, data, **options)


class Texts(fields.Dict):
    """At most so many texts by name that somebody sent."""

    default_error_messages: dict[str, Any] = {  # noqa: RUF012 - as above
        "null": _OTHER_TYPE,
        "invalid": _OTHER_TYPE,
    }

    def __init__(self, *, most: int, metadata: dict[str, Any], **options: Any) -> None:
        # apispec takes any Length of what is no list for one of characters: of members it is told here
        told = {"maxProperties": most} | metadata
        super().__init__(keys=Text(), values=Text(), validate=AtMost(most, "too-many"), metadata=told, **options)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        """What are too many are not read one by one."""
        for check in self.validators:
            if isinstance(check, AtMost) and isinstance(value, dict):
                check(value)
        return super().deserialize(value, attr, data, **options)


class AtMost(validate.Validator):
    """So many characters, or things; what is more is told with a slug."""

    def __init__(self, most: int, slug: str) -> None:
        self._error = field_error(slug, most=most)
        self._most = most

    def __call__(self, value: S) -> S:
        """Raises ValidationError."""
        if len(value) > self._most:
            raise ValidationError([self._error])
        return value


class Short(AtMost, validate.Length):
    """A text of at most so many characters."""

    def __init__(self, most: int) -> None:
        validate.Length.__init__(self, max=most)
        AtMost.__init__(self, most, "too-long")
