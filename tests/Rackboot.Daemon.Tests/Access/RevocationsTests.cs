using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Daemon.Authentication;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Revocation lists as OpenSSL makes them, and files that are none.</summary>
public sealed class RevocationsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-crl-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("rsa:2048", "PEM", "sha256")]
    [InlineData("rsa:2048", "DER", "sha512")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-256", "DER", "sha256")]
    [InlineData("ec -pkeyopt ec_paramgen_curve:P-384", "PEM", "sha384")]
    public async Task A_list_that_OpenSSL_made_revokes_what_it_names(string key, string form, string hash)
    {
        var authority = await AuthorityAsync(key);
        await OpenSslAsync($"ca -config ca.cnf -batch -gencrl -md {hash} -out none.crl");
        Assert.False(Read("none.crl", authority).Includes(Load("alice.crt")));
        await OpenSslAsync("ca -config ca.cnf -batch -revoke alice.crt");
        await OpenSslAsync($"ca -config ca.cnf -batch -gencrl -md {hash} -out all.pem");
        await OpenSslAsync($"crl -in all.pem -outform {form} -out all.crl");

        var read = Read("all.crl", authority);
        Assert.True(read.Includes(Load("alice.crt")));
        Assert.False(read.Includes(Load("bob.crt")));
        Assert.NotNull(read.Next);
    }

    [Fact]
    public async Task A_list_that_was_changed_after_it_was_signed_and_noise_are_refused()
    {
        var authority = await AuthorityAsync("ec -pkeyopt ec_paramgen_curve:P-256");
        await OpenSslAsync("ca -config ca.cnf -batch -revoke alice.crt");
        await OpenSslAsync("ca -config ca.cnf -batch -gencrl -out all.pem");
        await OpenSslAsync("crl -in all.pem -outform DER -out all.crl");
        var whole = await File.ReadAllBytesAsync(Path.Combine(_directory, "all.crl"), TestContext.Current.CancellationToken);
        for (var at = 2; at < whole.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. whole];
                changed[at] ^= (byte)(1 << bit);
                Assert.Throws<InvalidDataException>(() => Revocations.Read(changed, authority));
            }

            byte[] cut = [.. whole.AsSpan(0, at)];
            Assert.Throws<InvalidDataException>(() => Revocations.Read(cut, authority));
        }

        Assert.Throws<InvalidDataException>(() => Revocations.Read([.. whole, 0], authority));
    }

    private async Task<X509Certificate2Collection> AuthorityAsync(string key)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "ca.cnf"), """
            [ca]
            default_ca = people
            [people]
            database = index.txt
            serial = serial
            new_certs_dir = .
            certificate = ca.crt
            private_key = ca.key
            default_md = sha256
            default_days = 30
            default_crl_days = 7
            policy = any
            [any]
            commonName = supplied
            """);
        await File.WriteAllTextAsync(Path.Combine(_directory, "index.txt"), "");
        await File.WriteAllTextAsync(Path.Combine(_directory, "serial"), "00F1\n");
        await OpenSslAsync($"req -x509 -newkey {key} -noenc -keyout ca.key -out ca.crt -subj /CN=people");
        foreach (var name in (string[])["alice", "bob"])
        {
            await OpenSslAsync($"req -newkey {key} -noenc -keyout {name}.key -out {name}.csr -subj /CN={name}");
            await OpenSslAsync($"ca -config ca.cnf -batch -in {name}.csr -out {name}.crt -notext");
        }

        return [Load("ca.crt")];
    }

    private Revocations Read(string file, X509Certificate2Collection authority) =>
        Revocations.Read(File.ReadAllBytes(Path.Combine(_directory, file)), authority);

    private X509Certificate2 Load(string file) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_directory, file));

    private async Task OpenSslAsync(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _directory, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"openssl {arguments}: {error}");
    }
}
