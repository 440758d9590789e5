"""Figures that a script prints, and writes where the last ones stand in a card."""


class Card:
    def __init__(self, what):
        self.begin, self.end, self.lines = f'<!-- printed by {what} -->\n', f'<!-- end of {what} -->', []

    def say(self, line):
        print(line, flush=True)
        self.lines.append(line)

    def write(self, path):
        with open(path, encoding='utf-8') as f:
            before, rest = f.read().split(self.begin)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(before + self.begin + '\n'.join(self.lines) + '\n' + rest[rest.index(self.end):])
