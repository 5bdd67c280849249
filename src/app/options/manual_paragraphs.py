"""Writes what the manual page says of each option as a C++ header, for --help OPTION.

usage: manual_paragraphs.py MANUAL HEADER

Understands the macros of mdoc that the lists of options use, and refuses every other one, so that a paragraph is either shown as
the manual has it or the build fails.
"""

import re
import sys
import textwrap
from pathlib import Path

WIDTH = 80
INDENT = 4
CLOSING = set(".,:;)]?!")
ESCAPES = {r"\(dq": '"', r"\e": "\\", r"\&": "", r"\-": "-", r"\(aq": "'"}
# What stands around the arguments of a macro.
INLINE = {"Ar": "", "Cm": "", "Ev": "", "Li": "", "Pa": "", "Sx": "", "Va": "", "Em": "", "Ql": "'", "Dq": '"'}


def plain(word):
    word = re.sub(r"\\(?:\(..|.)", lambda escape: ESCAPES[escape[0]], word)
    if not word.isascii():
        sys.exit(f"manual_paragraphs.py: '{word}' is not ASCII")
    return word


class Text:
    """A line of running text, to which macros are added one after the other."""

    def __init__(self):
        self.text = ""
        self.is_tight = True  # no space before what comes next

    def add(self, words, is_closing=False):
        self.text += ("" if self.is_tight or is_closing else " ") + words
        self.is_tight = False

    def add_macro(self, line):
        """Adds a line that begins with a macro, without its dot."""
        words = [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line)] if " \"" in line else line.split()
        closing_bracket = ""
        while words:
            name = words.pop(0)
            if name == "Ns":
                self.is_tight = True
            elif name == "Pq":
                self.add("(")
                self.is_tight, closing_bracket = True, ")"
            elif name in CLOSING:
                self.add(name, is_closing=True)
            else:
                self.add_arguments(name, words)
        if closing_bracket:
            self.add(closing_bracket, is_closing=True)

    def add_arguments(self, name, words):
        """Takes the arguments of this macro from the front of the words, up to the next macro."""
        arguments = []
        while words and words[0] not in (*INLINE, "Fl", "Ns", "Nm", "Xr"):
            if words[0] in CLOSING:
                self.add_styled(name, arguments)
                arguments = []
                self.add(words.pop(0), is_closing=True)
                if not words or words[0] in (*INLINE, "Fl", "Ns", "Nm", "Xr", *CLOSING):
                    return
            else:
                arguments.append(plain(words.pop(0)))
        self.add_styled(name, arguments)

    def add_styled(self, name, arguments):
        if name == "Nm":
            self.add("vrni2syslog")
        elif name == "Xr":
            self.add(f"{arguments[0]}({arguments[1]})")
        elif name == "Fl":
            self.add(" ".join("-" + argument for argument in arguments))
        elif name in INLINE:
            self.add(INLINE[name] + " ".join(arguments) + INLINE[name])
        else:
            sys.exit(f"manual_paragraphs.py: do not know the macro .{name}")


class Paragraphs:
    """The paragraphs and inner lists of one option, as lines of at most 80 columns."""

    def __init__(self):
        self.lines = []
        self.current = Text()
        self.indent = INDENT

    def end_paragraph(self, is_followed_by_space=False):
        if self.current.text:
            indent = " " * self.indent
            self.lines += textwrap.wrap(self.current.text, WIDTH, initial_indent=indent, subsequent_indent=indent,
                                        break_long_words=False, break_on_hyphens=False)
        self.current = Text()
        if is_followed_by_space and self.lines and self.lines[-1]:
            self.lines.append("")

    def add_line(self, line):
        if not line.startswith("."):
            self.current.add(plain(line))
        elif line.startswith(".Bl "):
            self.end_paragraph()
        elif line.startswith(".It "):
            self.end_item(line.removeprefix(".It "))
        elif line == ".El":
            self.end_paragraph()
            self.indent = INDENT
        elif line == ".Pp":
            self.end_paragraph(is_followed_by_space=True)
        else:
            self.current.add_macro(line[1:])

    def end_item(self, tag):
        self.end_paragraph()
        self.indent = INDENT
        self.current.add_macro(tag)
        self.end_paragraph()
        self.indent = 2 * INDENT

    def text(self):
        self.end_paragraph()
        return "\n".join(self.lines) + "\n"


def options_of(manual):
    """Name of each option and its text, in the order of the manual."""
    current, depth = None, 0
    for line in manual.partition(".Sh DESCRIPTION")[2].partition("\n.Sh ")[0].splitlines():
        if line.startswith(".Bl "):
            depth += 1
        if line == ".El":
            depth -= 1
        if depth == 0:
            if current:
                yield name, current.text()
            current = None
        elif depth == 1 and line.startswith(".It "):
            if current:
                yield name, current.text()
            name = re.search(r"Fl -([a-z-]+)", line)[1]
            current = Paragraphs()
        elif current:
            current.add_line(line)


def main():
    manual, header = map(Path, sys.argv[1:])
    rows = "".join(f'    {{"{name}",\n     R"~({text})~"}},\n' for name, text in options_of(manual.read_text(encoding="utf-8")))
    header.write_text(f"""#pragma once

// Made by manual_paragraphs.py from the manual page.

#include <string_view>

namespace vrni2syslog {{

struct ManualParagraph {{
  std::string_view option;
  std::string_view text;
}};

inline constexpr ManualParagraph kManualParagraphs[] = {{
{rows}}};

}}  // namespace vrni2syslog
""", encoding="utf-8")


if __name__ == "__main__":
    main()
