using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtlTools.Sandbox;

namespace EtlTools.Server;

/// <summary>The certificate an endpoint shows.</summary>
internal static class ServerCertificate
{
    /// <summary>Reads certificate and key from a PEM file.</summary>
    /// <exception cref="SandboxException">The file is not there, or is no such file.</exception>
    internal static X509Certificate2 Load(string path)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(path);
            if (!OperatingSystem.IsWindows()) return certificate;
            // Windows serves TLS only with a key that a file or store has.
            using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"The certificate in {path} cannot be used: {problem.Message}", "Give a PEM file that has the certificate and its private key, without a passphrase.", problem);
        }
    }

    /// <summary>The name by which a client has to call this machine for the certificate to be right.</summary>
    internal static string Host(X509Certificate2 certificate)
    {
        string[] usual = ["127.0.0.1", "localhost"];
        return usual.FirstOrDefault(name => certificate.MatchesHostname(name))
            ?? certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).FirstOrDefault(name => !name.Contains('*', StringComparison.Ordinal))
            ?? usual[1];
    }
}
