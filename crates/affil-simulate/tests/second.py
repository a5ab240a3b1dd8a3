"""The draws of affil-simulate once more, in plain Python: prints the figures that tests/determinism.rs expects.

Written from the papers and the documentation of the modules: two affiliates, three months, orders ~ Poisson(3), sales
~ gamma(1.2, 65.00) for each, refunded share ~ beta(2, 38), new customers with probability 0.3; paid 5 %, half a point
more above 1,000.00, and 5.00 for each new customer, up to 250.00 a month.
"""

import math

WORD = 0xFFFFFFFF
TAIL, AREA = 3.654152885361009, 0.004928673233974655


def philox(counter, key):
    c, k = list(counter), list(key)
    for turn in range(10):
        if turn:
            k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & WORD, (a >> 32) ^ c[3] ^ k[1], a & WORD]
    return c


def unit(a, b):
    return ((((a << 32) | b) >> 12) + 0.5) / 2.0**52


class Stream:
    def __init__(self, key, replicate, affiliate, month, purpose):
        self.key, self.counter, self.words = key, [purpose << 24, month, affiliate, replicate], []

    def word(self):
        if not self.words:
            self.words = philox(self.counter, self.key)
            self.counter[0] += 1
        return self.words.pop(0)

    def unit(self):
        a = self.word()
        return unit(a, self.word())

    def coarse(self):
        return (self.word() + 0.5) / 2.0**32


def density(x):
    return math.exp(-0.5 * x * x)


EDGES = [AREA / density(TAIL), TAIL]
while len(EDGES) < 256:
    EDGES.append(math.sqrt(-2 * math.log(AREA / EDGES[-1] + density(EDGES[-1]))))
EDGES.append(0.0)


def normal(stream):
    while True:
        a, b = stream.word(), stream.word()
        u, layer = 2 * unit(a, b) - 1, b & 255
        if abs(u) < EDGES[layer + 1] / EDGES[layer]:
            return u * EDGES[layer]
        if layer == 0:
            while True:
                x = -math.log(stream.unit()) / TAIL
                if -2 * math.log(stream.unit()) >= x * x:
                    return math.copysign(TAIL + x, u)
        x = u * EDGES[layer]
        below, above = (math.exp(-0.5 * (EDGES[layer + i] ** 2 - x * x)) for i in (0, 1))
        if above + stream.unit() * (below - above) < 1:
            return x


def gamma(shape, stream):
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal(stream)
        t, u = 1 + c * x, stream.coarse()
        if t > 0 and math.log(u) < 0.5 * x * x + d * (1 - t**3 + math.log(t**3)):
            return d * t**3


def poisson(mean, u):
    count, term = 0, math.exp(-mean)
    below = term
    while u >= below:
        count += 1
        term *= mean / count
        below += term
    return count


def binomial(n, p, u):
    count, term = 0, (1 - p) ** n
    below = term
    while u >= below and count < n:
        term *= p / (1 - p) * (n - count) / (count + 1)
        count += 1
        below += term
    return count


def cell(seed, replicate, affiliate, month):
    key = [seed & WORD, seed >> 32]
    words = philox([0, month, affiliate, replicate], key)
    orders = poisson(3.0, unit(words[0], words[1]))
    if orders == 0:
        return 0, 0, 0, 0
    sales = math.floor(gamma(1.2 * orders, Stream(key, replicate, affiliate, month, 3)) * 6500 + 0.5)
    new = binomial(orders, 0.3, unit(words[2], words[3]))
    stream = Stream(key, replicate, affiliate, month, 4)
    x = gamma(2, stream)
    refunded = math.floor(sales * (x / (x + gamma(38, stream))) + 0.5)
    return orders, new, sales, min(refunded, sales)


def half_even(numerator, denominator):
    quotient, rest = divmod(numerator, denominator)
    return quotient + (2 * rest > denominator or (2 * rest == denominator and quotient % 2))


def price(_orders, new, sales, refunded):
    exact = sales * 500 + max(0, sales - 100_000) * 50 + 500 * new * 10_000
    paid = min(half_even(exact, 10_000), 25_000)
    return paid - (half_even(paid * refunded, sales) if sales else 0)


SEED = 0x1234_5678_9ABC_DEF0
totals = [
    sum(price(*cell(SEED, replicate, affiliate, month)) for affiliate in range(2) for month in range(3))
    for replicate in range(2_000)
]
print(totals[:12])
print(sum(totals), sum(index * total for index, total in enumerate(totals)))
