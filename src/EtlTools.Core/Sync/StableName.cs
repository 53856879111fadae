using System.Security.Cryptography;
using System.Text;

namespace EtlTools.Core.Sync;

/// <summary>A short name of letters and digits for things that belong to a pipeline, whatever the pipeline is called.</summary>
internal static class StableName
{
    /// <summary>Sixteen lower-case hexadecimal digits; the same for the same text.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
