"""What a reader sees of a cell: every label with its number, from the page's nodes and from its canvas."""

from typing import Any

from playwright.sync_api import Page

Json = dict[str, Any]

#: Remembers what is written on the gate's canvas, in the order of writing.
WATCH = """() => {
    const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
    window.written = [];
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.id === 'gate-canvas') window.written = [];
        clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
        if (this.canvas.id === 'gate-canvas')
            window.written.push({ text, x, y, align: this.textAlign, size: this.font.match(/([\\d.]+)px/)[1] });
        fillText.call(this, text, x, y);
    };
}"""

#: The page at a hash, once it shows what the hash says.
GO = """async ([hash, where]) => {
    const frame = () => new Promise(requestAnimationFrame);
    const numbers = document.querySelector('#formula-numbers');
    location.hash = hash;
    await new Promise(heard => addEventListener('hashchange', heard, { once: true }));
    const row = () => [...document.querySelectorAll('#gate-table tr.chosen td')];
    const sums = () => row().every(cell => cell.textContent !== '\\u2013');
    const there = () => document.querySelector('#cell-where').textContent.startsWith(where);
    for (let k = 0; k < 3 || !there() || numbers.dataset.stale !== 'false' || !sums(); k += 1) {
        if (k > 600) throw new Error(`never shown: ${hash}`);
        await frame();
    }
}"""

#: An index below a letter is written as c_{t-1}.
FLAT = """
    const flat = node => {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        const parts = () => [...node.childNodes].map(flat);
        if (node.localName === 'mphantom') return '';
        if (node.localName === 'msub') return `${parts()[0]}_{${parts()[1]}}`;
        const below = node.localName === 'sub' || node.classList.contains('below');
        return below ? `_{${parts().join('')}}` : parts().join('');
    };
    const all = (selector, read, root = document) => [...root.querySelectorAll(selector)].map(read);
    const text = selector => flat(document.querySelector(selector)).trim();
    const table = selector => all(`${selector} tr`, row => all('th, td', cell => flat(cell).trim(), row));
"""

READ = f"""() => {{ {FLAT}
    return {{
        circuit: all('#circuit .vector', box => ['.letter', '.value'].map(part => flat(box.querySelector(part)))),
        stage: text('#stages [aria-current]'),
        symbols: all('#formula-symbols math', flat),
        numbers: all('#formula-numbers math', flat),
        question: text('#products-question'),
        products: all('#terms li, #terms-rest li', row => ['.term-name', '.term-factors', '.term-product'].map(
            part => flat(row.querySelector(part)))),
        title: text('#gate-title').replace(/\\s+/g, ' '),
        gate: table('#gate-table'),
        caption: text('#gate-table caption'),
        cell: table('#cell-table'),
        readings: all('#curves-readings li', row => [...row.children].map(flat)),
        headings: all('.map-heading', row => [row.dataset.name, flat(row.querySelector('output'))]),
        crumbs: all('.crumb', flat),
        canvas: window.written,
    }};
}}"""

#: The tooltip of each kind of number that names itself, and with it the line below the gate of two rows on its canvas.
POINT = f"""async () => {{ {FLAT}
    const found = [];
    const at = async (node, clientX, clientY, from) => {{
        const point = {{ bubbles: true, clientX, clientY, pointerType: 'mouse' }};
        node.dispatchEvent(new PointerEvent('pointermove', point));
        await new Promise(requestAnimationFrame);
        const tip = document.querySelector('#tip');
        if (tip.hidden) throw new Error(`nothing is said of ${{from}}`);
        const [title, value, readout] = ['#tip-title', '#tip-value', '#gate-readout'].map(text);
        const lines = all('#tip-lines span', flat);
        found.push({{ title, value, lines, readout: from === 'canvas' ? readout : '' }});
    }};
    const seen = new Set();
    for (const node of document.querySelectorAll('[data-name]')) {{
        const name = node.getAttribute('data-name').replace(/^(?!x)(\\w+)\\.\\d+$/, '$1');
        const {{ left, top, width, height }} = node.getBoundingClientRect();
        if (!width || seen.has(name)) continue;
        seen.add(name);
        await at(node, left + Math.min(width / 2, 8), top + height / 2, name);
    }}
    const box = document.querySelector('#gate-canvas').getBoundingClientRect();
    const figure = document.querySelector('#gate-figure');
    const tiles = window.written.filter(({{ align, size, text: shown }}) =>
        align === 'center' && size === '10' && /^[\\d\u2212]/.test(shown));
    for (const {{ x, y }} of tiles.filter(({{ y }}) => y === tiles.at(-1).y || y === tiles[0].y))
        await at(figure, box.left + x, box.top + y - 3, 'canvas');
    return found;
}}"""


def read(page: Page) -> Json:
    return dict(page.evaluate(READ))


def pointed(page: Page) -> list[Json]:
    return list(page.evaluate(POINT))
