using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Daemon.Doctor;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.Doctor;

/// <summary>What the doctor makes of what it found.</summary>
public sealed class CheckTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(SubnetMode.Dhcp, "10.0.0.9", null, "Error")]
    [InlineData(SubnetMode.Dhcp, null, null, "Ok")]
    [InlineData(SubnetMode.Dhcp, null, "old.0", "Warning")]
    [InlineData(SubnetMode.Proxy, "10.0.0.9", null, "Ok")]
    [InlineData(SubnetMode.Proxy, "10.0.0.9", "old.0", "Warning")]
    [InlineData(SubnetMode.Proxy, null, null, "Error")]
    [InlineData(null, "10.0.0.9", null, "Ok")]
    public void Another_server_means_what_the_mode_makes_of_it(SubnetMode? mode, string? offers, string? bootFile, string level)
    {
        var server = new FoundServer(System.Net.IPAddress.Parse("10.0.0.2"), offers is null ? null : System.Net.IPAddress.Parse(offers),
            bootFile);
        Assert.Equal(level, LinkCheck.Judge("eth1", mode, offers is null && bootFile is null ? [] : [server]).Level.ToString());
    }

    [Theory]
    [InlineData(2, "Ok")]
    [InlineData(30, "Warning")]
    [InlineData(300, "Error")]
    public void A_slow_disk_is_told(int milliseconds, string level) =>
        Assert.Equal(level, DiskCheck.Speed(TimeSpan.FromMilliseconds(milliseconds)).Level.ToString());

    [Theory]
    [InlineData(1024, 200, "Ok", null)]
    [InlineData(1024, 1000, "Warning", "gc_thresh3=2200 > /etc/sysctl.d/90-rackboot.conf")]
    public void A_neighbour_table_that_is_too_small_for_the_ranges_is_told_with_the_setting(
        int most, long addresses, string level, string? remedy)
    {
        var check = NeighbourCheck.Judge(most, addresses);
        Assert.Equal(level, check.Level.ToString());
        Assert.Contains(remedy ?? "", check.Remedy ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "Error", "ended on 2026-11-20")]
    [InlineData(20, "Warning", "ends on 2026-12-11")]
    [InlineData(400, "Ok", "is good until 2027-12-26")]
    public void The_end_of_a_certificate_is_told_a_month_before(int days, string level, string text)
    {
        using var key = ECDsa.Create();
        using var certificate = new CertificateRequest("CN=proxy", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Now.AddDays(-100), Now.AddDays(days));
        File.WriteAllText(_file, certificate.ExportCertificatePem());
        var check = CertificateCheck.Look("assets.ca", _file, Now);
        Assert.Equal(level, check.Level.ToString());
        Assert.Contains(text, check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_certificate_is_an_error()
    {
        File.WriteAllText(_file, "nonsense");
        Assert.Equal("Error", CertificateCheck.Look("assets.ca", _file, Now).Level.ToString());
        Assert.Equal("Error", CertificateCheck.Look("assets.ca", "/nowhere.pem", Now).Level.ToString());
    }
}
