using System.Text.Json;
using EtlTools.Core.Rows;
using EtlTools.Core.Tests.Texts;
using Xunit;

namespace EtlTools.Core.Tests.Rows;

public sealed class RowJsonTests
{
    [Fact]
    public void Names_and_values_come_back_as_they_were()
    {
        var random = new Random(11);
        for (var round = 0; round < 3_000; round++)
        {
            var names = Enumerable.Range(0, random.Next(1, 6)).Select(i => i + RandomText.Next(random)).ToList();
            var values = names.Select(_ => random.Next(4) == 0 ? null : RandomText.Next(random)).ToList();
            using var json = JsonDocument.Parse(RowJson.Object(names, values));
            Assert.Equal(names.Zip(values), json.RootElement.EnumerateObject().Select(p => (p.Name, p.Value.GetString())));
            Assert.Equal(values, JsonSerializer.Deserialize<string?[]>(RowJson.Array(values)));
        }
    }

    [Fact]
    public void What_is_no_text_is_kept_unit_by_unit()
    {
        Assert.Equal("[\"a\\u0000b\",\"\\ud83d\",\"\\ude00x\",\"😀\"]", RowJson.Array(["a\0b", "\ud83d", "\ude00x", "😀"]));
        Assert.Equal("{\"a\\\"b\":\"\\\\N\",\"n\":null}", RowJson.Object(["a\"b", "n"], ["\\N", null]));
    }
}
