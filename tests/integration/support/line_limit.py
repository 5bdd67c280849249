"""What a line that would be too long goes without, and what it keeps: written after the program's contract, not after the
program.

A line has at most --max-size bytes. One that would have more says truncated="1" and goes without, in this order and no more than
it takes:

1. overlong items of lists: those of more than a quarter of the line;
2. further items of lists, the last of the longest list first, until each list has one;
3. only where that is not enough: fields with overlong values, and the end of a message of more than a quarter of the line;
4. only where each list has one item: optional fields;
5. only where no optional field is left: more of the message.

The essential fields are always there, and whole: none of those in these tests takes a quarter of a line.
"""

from dataclasses import dataclass

SD_ID = "vrniflow@32473"
DEFAULT_LIMIT = 8000
DATAGRAM_LIMIT = 2048
ESSENTIAL = frozenset((
    "action", "proto", "src_ip", "dst_ip", "dst_port", "dst_port_end", "flow_id", "window_start", "window_end", "snapshot", "run"))

_MARK = ("truncated", ("1",))


def written_size(text):
    """Bytes of a value's text with the escapes of RFC 5424."""
    return len(text.encode("utf-8")) + sum(text.count(special) for special in '"\\]')


def field_size(name, texts):
    """Bytes of one parameter, with the blank before it."""
    return len(name) + len(' =""') + sum(map(written_size, texts)) + len(texts) - 1


def fields_size(fields):
    return sum(field_size(name, texts) for name, texts in fields.items())


def message_size(message):
    return len(message.encode("utf-8"))


@dataclass(frozen=True)
class Content:
    """What a line says. A field is a tuple of texts: a list has several, an empty value none."""

    fields: dict
    message: str

    @property
    def size(self):
        return fields_size(self.fields) + message_size(self.message)


class LimitedLine:
    """A received line beside the content that it would have without a limit."""

    def __init__(self, raw, received, message, whole, limit):
        """`received` are its parameters as a collector has parsed them."""
        self._limit = limit
        self._quarter = limit // 4
        self._whole = whole
        self._raw_size = len(raw.encode("utf-8"))
        # Header, SD-ID and brackets: the same with and without a limit.
        self._frame = len(raw[:raw.index(f"[{SD_ID}")].encode("utf-8")) + len(f"[{SD_ID}] ")
        self._is_truncated = "truncated" in received
        texts = {name: tuple(value.split(",")) if len(whole.fields.get(name, ())) > 1 else (value,)
                 for name, value in received.items() if name != "truncated"}
        self._kept = Content(texts, message)
        self._faults = []

    def faults(self):
        """What is wrong, as sentences."""
        mark = field_size(*_MARK) if self._is_truncated else 0
        self._expect(self._raw_size == self._frame + self._kept.size + mark, "the line holds more than was parsed, or less")
        self._expect(self._raw_size <= self._limit, f"{self._raw_size} bytes, more than {self._limit}")
        if self._is_truncated:
            whole_size = self._frame + self._whole.size
            self._expect(whole_size > self._limit, f"truncated, though whole it has {whole_size} bytes")
            self._check_what_is_kept()
            self._check_order()
            self._check_necessity()
        else:
            self._expect(self._kept == self._whole, "not whole, and not marked as truncated")
        return self._faults

    def _expect(self, is_right, text):
        if not is_right:
            self._faults.append(text)

    def _is_overlong(self, text):
        return written_size(text) > self._quarter

    def _admissible(self, name):
        """The texts of a field that are not overlong."""
        return tuple(text for text in self._whole.fields[name] if not self._is_overlong(text))

    def _is_list(self, name):
        return len(self._whole.fields[name]) > 1

    @property
    def _is_message_cut(self):
        return self._kept.message != self._whole.message

    @property
    def _lost_fields(self):
        """Those with an admissible text, which is what each of them had when it was left out."""
        return {name: self._admissible(name)[:1] for name in self._whole.fields
                if name not in self._kept.fields and self._admissible(name)}

    @property
    def _lost_overlong_fields(self):
        return [name for name in self._whole.fields if name not in self._kept.fields and not self._is_list(name)
                and not self._admissible(name)]

    @property
    def _shortened_lists(self):
        """Name -> the next item that is missing, of lists that have lost items though they are not overlong."""
        return {name: self._admissible(name)[len(texts)] for name, texts in self._kept.fields.items()
                if name in self._whole.fields and self._is_list(name) and len(texts) < len(self._admissible(name))}

    def _check_what_is_kept(self):
        for name in sorted(ESSENTIAL & self._whole.fields.keys()):
            self._expect(self._kept.fields.get(name) == self._whole.fields[name], f"{name} is essential and not whole")
        for name, texts in self._kept.fields.items():
            if name not in self._whole.fields:
                self._expect(False, f"{name} is not the flow's")
            elif self._is_list(name):
                self._expect(texts == self._admissible(name)[:len(texts)], f"{name} has not lost its last items")
            else:
                self._expect(texts == self._whole.fields[name], f"{name} is cut")
        self._expect(self._whole.message.startswith(self._kept.message), "the message is not the beginning of what it was")

    def _size_with_short_lists(self):
        """Bytes of the line when every list has one item, and nothing else is missing."""
        fields = {name: self._admissible(name)[:1] if self._is_list(name) else texts
                  for name, texts in self._whole.fields.items()}
        kept = {name: texts for name, texts in fields.items() if texts}
        return self._frame + field_size(*_MARK) + fields_size(kept) + message_size(self._whole.message)

    def _check_order(self):
        """Nothing is missing before all is missing that goes first."""
        if self._size_with_short_lists() <= self._limit:
            self._expect(not self._lost_fields and not self._lost_overlong_fields and not self._is_message_cut,
                         "more is missing than items of lists, which would have been enough")
        else:
            overlong = [name for name, texts in self._kept.fields.items()
                        if name not in ESSENTIAL and any(map(self._is_overlong, texts))]
            self._expect(not overlong, f"{overlong} are overlong, and kept")
        if self._lost_fields:
            long_lists = [name for name, texts in self._kept.fields.items() if len(texts) > 1]
            self._expect(not long_lists, f"{sorted(self._lost_fields)} are missing before items of {long_lists}")
        if self._is_message_below_quarter:
            left = self._kept.fields.keys() - ESSENTIAL
            self._expect(not left, f"the message has less than a quarter of the line before {sorted(left)} are missing")
        self._check_that_the_longest_lists_went_first()

    def _check_that_the_longest_lists_went_first(self):
        longest = max((field_size(name, texts) for name, texts in self._kept.fields.items() if len(texts) > 1), default=0)
        for name, item in self._shortened_lists.items():
            before = field_size(name, (*self._kept.fields[name], item))
            self._expect(before >= longest, f"{name} has lost an item while another list was longer")

    def _longer_message(self):
        """The next longer beginning of the message that does not end with a blank."""
        length = len(self._kept.message) + 1
        while self._whole.message[:length].endswith(" "):
            length += 1
        return self._whole.message[:length]

    @property
    def _is_message_below_quarter(self):
        """Whether it is cut further than for its own length."""
        return self._is_message_cut and message_size(self._longer_message()) <= self._quarter

    def _check_necessity(self):
        """What went last had to go: the line does not fit with it."""
        size_with_more_message = self._raw_size - message_size(self._kept.message) + message_size(self._longer_message())
        if self._is_message_below_quarter:
            size = size_with_more_message
        elif self._lost_fields:
            size = self._raw_size + max(field_size(name, texts) for name, texts in self._lost_fields.items())
        elif self._shortened_lists:
            size = self._raw_size + max(written_size(item) + 1 for item in self._shortened_lists.values())
        elif self._is_message_cut:
            size = size_with_more_message
        else:
            return  # overlong texts alone, which go together
        self._expect(size > self._limit, f"{self._raw_size} bytes: what is missing would have fitted into {self._limit}")
