using System.Data.Common;
using System.Globalization;
using System.Text;
using EtlTools.Core.Config;
using EtlTools.Core.Errors;

namespace EtlTools.Core.Rows;

/// <summary>
/// Turns the current row of a reader into COPY text. Values are looked at only where a rule or a policy asks for it; a row that
/// cannot be encoded is put aside in the batch, or fails the run, as the policies say.
/// </summary>
internal sealed class RowEncoder
{
    private readonly string[] _names;
    private readonly ColumnRule[] _rules;
    private readonly int[] _key;
    private readonly KeyForm[] _keyForms;
    private readonly InvalidTextPolicy _invalidText;
    private readonly FineTimePolicy _fineTime;

    /// <param name="names">Target columns, in the order of the reader's fields.</param>
    /// <param name="rules">A rule for each.</param>
    /// <param name="key">Positions of the key columns.</param>
    /// <param name="keyForms">What has several spellings in each of them.</param>
    /// <param name="invalidText">Policy for NUL and lone surrogates.</param>
    /// <param name="fineTime">Policy for fractions finer than the target keeps.</param>
    public RowEncoder(
        IReadOnlyList<string> names, IReadOnlyList<ColumnRule> rules, IReadOnlyList<int> key, IReadOnlyList<KeyForm> keyForms,
        InvalidTextPolicy invalidText, FineTimePolicy fineTime)
    {
        _names = [.. names];
        _rules = [.. rules];
        _key = [.. key];
        _keyForms = [.. keyForms];
        _invalidText = invalidText;
        _fineTime = fineTime;
    }

    /// <summary>Target columns, in the order of the fields.</summary>
    public IReadOnlyList<string> Columns => _names;

    /// <summary>Keys (as JSON arrays) of rows now in quarantine; a batch notes those it brings again.</summary>
    public IReadOnlySet<string> QuarantinedKeys { get; set; } = new HashSet<string>();

    /// <summary>Encodes the current row, or puts it aside.</summary>
    /// <exception cref="DataException">A policy says that such a row fails the run.</exception>
    public void Encode(DbDataReader reader, RowBatch batch) => Encode(new ReaderFields(reader), batch);

    /// <summary>Encodes a row, or puts it aside.</summary>
    /// <exception cref="DataException">A policy says that such a row fails the run.</exception>
    public void Encode<TFields>(TFields fields, RowBatch batch)
        where TFields : struct, IFields
    {
        batch.BeginRow();
        foreach (var position in _key)
        {
            if (!fields.IsNull(position)) continue;
            Reject(fields, batch, new Fault(position, "is NULL, and a key must not be", "23502"));
            return;
        }

        for (var i = 0; i < _rules.Length; i++)
        {
            if (fields.IsNull(i)) batch.AppendNull();
            else if (EncodeField(i, fields.Text(i), batch) is { } fault)
            {
                Reject(fields, batch, fault);
                return;
            }
        }

        batch.EndRow();
        if (QuarantinedKeys.Count == 0) return;
        var key = RowJson.Array([.. _key.Zip(_keyForms, (position, form) => KeyText.Of(form, fields.Text(position)))]);
        if (QuarantinedKeys.Contains(key)) batch.Returned.Add(key);
    }

    private Fault? EncodeField(int column, string text, RowBatch batch)
    {
        var rule = _rules[column];
        switch (rule.Kind)
        {
            case ColumnRuleKind.Time:
                return EncodeTime(column, text, rule.Limit, batch);
            case ColumnRuleKind.Binary:
                batch.TryAppend(@"\\x"u8, text);
                return null;
            case ColumnRuleKind.BoundedText when text.Length > rule.Limit && CountRunes(text) > rule.Limit:
                return new Fault(column, $"is longer than {rule.Limit} characters", "22001");
            default:
                return batch.TryAppend([], text) is var fault and not TextFault.None ? EncodeFaulty(column, text, fault, batch) : null;
        }
    }

    private Fault? EncodeTime(int column, string text, int digits, RowBatch batch)
    {
        var fraction = FractionOfSecond.Split(text, digits);
        if (fraction.LosesDigits)
        {
            var fault = new Fault(column, $"has a fraction of a second finer than the {digits} digits the target keeps", null);
            if (_fineTime == FineTimePolicy.Quarantine) return fault;
            if (_fineTime == FineTimePolicy.Fail) throw Fail(fault, "fine_time");
        }

        if (fraction.IsTail) batch.TryAppend([], fraction.Head);
        else batch.TryAppend([], string.Concat(fraction.Head, fraction.Tail));
        return null;
    }

    private Fault? EncodeFaulty(int column, string text, TextFault kind, RowBatch batch)
    {
        var fault = kind == TextFault.Nul
            ? new Fault(column, "holds a NUL character, which PostgreSQL cannot store", "22021")
            : new Fault(column, "holds half of a surrogate pair, which no encoding can carry", "22021");
        switch (_invalidText)
        {
            case InvalidTextPolicy.Quarantine:
                return fault;
            case InvalidTextPolicy.Fail:
                throw Fail(fault, "invalid_text");
            default:
                batch.TryAppend([], Clean(text, _invalidText == InvalidTextPolicy.Replace ? "\uFFFD" : ""));
                return null;
        }
    }

    private static string Clean(string text, string replacement)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) clean.Append(text[i]).Append(text[++i]);
            else if (text[i] == '\0' || char.IsSurrogate(text[i])) clean.Append(replacement);
            else clean.Append(text[i]);
        }

        return clean.ToString();
    }

    private static int CountRunes(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    private void Reject<TFields>(TFields fields, RowBatch batch, Fault fault)
        where TFields : struct, IFields
    {
        batch.AbandonRow();
        var values = new string?[_names.Length];
        for (var i = 0; i < values.Length; i++) values[i] = fields.IsNull(i) ? null : fields.Text(i);
        batch.Rejected.Add(new RejectedRow(
            KeyOf(values), values, $"Column {_names[fault.Column]} {fault.Reason}.", fault.SqlState, _names[fault.Column]));
    }

    /// <summary>Puts a row aside for a reason found elsewhere.</summary>
    /// <param name="values">The row as the source sent it.</param>
    /// <param name="batch">Takes it.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public void Reject(IReadOnlyList<string?> values, RowBatch batch, string reason) =>
        batch.Rejected.Add(new RejectedRow(KeyOf(values), values, reason, null, null));

    private string?[] KeyOf(IReadOnlyList<string?> values) =>
        [.. _key.Zip(_keyForms, (position, form) => KeyText.Of(form, values[position]))];

    private DataException Fail(Fault fault, string policy) => new(
        $"Column {_names[fault.Column]} {fault.Reason}.",
        string.Create(CultureInfo.InvariantCulture, $"Repair the row at the source, or choose another {policy} policy."));

    private sealed record Fault(int Column, string Reason, string? SqlState);
}
