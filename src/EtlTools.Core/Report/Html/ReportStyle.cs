namespace EtlTools.Core.Report.Html;

/// <summary>How the page looks: light, dark and on paper. No font, picture or script is fetched.</summary>
internal static class ReportStyle
{
    public const string Css =
        """

        :root { --back: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #5a6675; --line: #d9dee5; --rate: #2f6fde; --good: #1a7f45; --doubt: #9a5b00; --bad: #c02a2a; --wait: #8793a3; }
        @media (prefers-color-scheme: dark) { :root { --back: #12161c; --card: #1b2129; --ink: #e8ecf1; --soft: #a3afbd; --line: #343d49; --rate: #6ea2ff; --good: #4cc27f; --doubt: #e8a33a; --bad: #ff7b72; --wait: #7b8796; } }
        * { box-sizing: border-box; }
        html { color-scheme: light dark; }
        body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 28px 20px 48px; }
        h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
        h2 { font-size: 17px; margin: 0 0 12px; }
        p { margin: 0 0 8px; }
        .soft, footer { color: var(--soft); }
        footer { font-size: 13px; margin-top: 20px; }
        .status { display: inline-block; vertical-align: 3px; margin-left: 10px; padding: 1px 12px; border-radius: 99px; border: 1.5px solid currentColor; font-size: 14px; font-weight: 600; }
        .good { color: var(--good); } .doubt { color: var(--doubt); } .bad { color: var(--bad); }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(155px, 1fr)); gap: 12px; margin: 20px 0; padding: 0; list-style: none; }
        .cards li, section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        .cards li { padding: 12px; }
        .cards .name { display: block; color: var(--soft); font-size: 13px; }
        .cards .value { display: block; font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
        section { padding: 18px 20px; margin: 0 0 16px; break-inside: avoid; }
        .error { border-left: 4px solid var(--bad); }
        pre { margin: 6px 0 0; font: 13px/1.45 ui-monospace, Consolas, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; }
        th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
        th { color: var(--soft); font-weight: 600; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        tbody th { width: 130px; }
        details { margin: 10px 0 4px; } section > p:last-child { margin: 8px 0 0; } strong.bad { white-space: nowrap; } summary { cursor: pointer; color: var(--soft); }
        .chart { display: block; width: 100%; min-width: 620px; height: auto; }
        .chart .label { fill: var(--soft); font-size: 12px; } .chart .strong { fill: var(--ink); font-weight: 600; } .chart .inside { fill: var(--card); font-weight: 600; }
        .chart .grid { stroke: var(--line); stroke-width: 1; }
        .chart .mean { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; }
        .chart .part { fill: var(--wait); } .chart .rate { fill: var(--rate); } .chart .part.done { fill: var(--good); } .chart .part.running { fill: var(--rate); }
        .chart .part.parked { fill: var(--bad); } .chart .part.waiting { fill: var(--wait); } .chart .refused { fill: var(--bad); }
        .legend { color: var(--soft); font-size: 13px; margin-top: 6px; }
        .legend span { margin-right: 16px; } .legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
        i.done { background: var(--good); } i.running { background: var(--rate); } i.parked { background: var(--bad); } i.waiting { background: var(--wait); }
        @media print {
          :root { --back: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --rate: #2f6fde; --good: #1a7f45; --doubt: #9a5b00; --bad: #c02a2a; --wait: #8793a3; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; } .chart { min-width: 0; } section, .cards li { border-radius: 0; }
          details > summary { display: none; }
        }

        """;
}
