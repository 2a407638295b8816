using System.Security.Cryptography.X509Certificates;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Power;

/// <summary>Converts BMCs between the API's documents and the inventory.</summary>
internal static class BmcDocuments
{
    // IPMI 2.0 table 22-20: those with authentication and integrity that do not use MD5. The default is 17 and 3.
    private static readonly long[] KnownSuites = [2, 3, 16, 17];

    // linux/un.h: sun_path has 108 bytes with the closing NUL.
    private const int MostSocketPathBytes = 107;

    public static BmcSpec Read(MachineBmc document, List<ProblemError> errors)
    {
        var network = document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Redfish or Contracts.BmcDriver.Ipmi;
        Need(document.Address, "address", network, "the BMC's IP address or host name, like 10.30.0.21");
        Need(document.Credential, "credential", network, "the name of a credential (kind: Credential)",
            may: document.Driver == Contracts.BmcDriver.Webhook);
        Need(document.Url, "url", document.Driver == Contracts.BmcDriver.Webhook, "the URL of your service, like http://10.30.0.2/power");
        Need(document.Socket, "socket", document.Driver == Contracts.BmcDriver.Qemu, "the path of QEMU's QMP socket");
        Need(document.System, "system", false, "", may: document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Redfish);
        Need(document.Ca, "ca", false, "", may: document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Redfish);
        Need(document.Pin, "pin", false, "", may: document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Redfish);
        Need(document.Kg, "kg", false, "", may: document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Ipmi);
        if (document.Address is { } address && (address.Length > 253 || Uri.CheckHostName(address) == UriHostNameType.Unknown))
            Wrong("address", $"\"{address}\" is neither an IP address nor a host name");
        if (document.Port is { } port && (!network || port is < 1 or > 65535))
            Wrong("port", network
                ? $"{port} is not a port; allowed: 1 to 65535"
                : $"is not allowed with driver {EnumWord.Of(document.Driver)}");
        if (document.Port is not null && document.Driver == Contracts.BmcDriver.Auto)
            Wrong("port", "with driver auto the port is ambiguous (Redfish or IPMI); set the driver");
        if (document.Url is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0))
            Wrong("url", "is not an http or https URL; put user and password into bmc.credential");
        foreach (var (member, path) in new[] { ("socket", document.Socket), ("console", document.Console) })
            if (path is not null && (!path.StartsWith('/') || System.Text.Encoding.UTF8.GetByteCount(path) > MostSocketPathBytes
                || path.Contains('\0')))
                Wrong(member,
                    $"\"{path}\" is not the path of a Unix socket; allowed: an absolute path of at most {MostSocketPathBytes} bytes");
        if (document.Ca is { } ca && !IsCertificate(ca))
            Wrong("ca", "is not a PEM certificate");
        if (document.Pin is { } pin && Pin(pin) is not { Length: 64 })
            Wrong("pin", "is not the SHA-256 of a certificate: 64 hexadecimal digits");
        CheckSuites(document);
        if (document.Privilege is not null && !(document.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Ipmi))
            Wrong("privilege", $"is not allowed with driver {EnumWord.Of(document.Driver)}");
        return new BmcSpec
        {
            Driver = (Core.Power.Bmc.BmcDriver)document.Driver,
            Address = document.Address,
            Credential = document.Credential,
            Port = document.Port is >= 1 and <= 65535 ? (int)document.Port : null,
            Url = document.Url,
            Socket = document.Socket,
            Console = document.Console,
            System = document.System,
            Ca = document.Ca,
            Pin = document.Pin is null ? null : Pin(document.Pin),
            CipherSuites = document.CipherSuites is null ? null : [.. document.CipherSuites.Select(s => (int)Math.Clamp(s, 0, 255))],
            Privilege = (Core.Power.Bmc.BmcPrivilege?)document.Privilege,
            Kg = document.Kg,
        };

        void Need(string? value, string member, bool need, string what, bool may = false)
        {
            if (need && string.IsNullOrEmpty(value))
                Wrong(member, $"is missing; driver {EnumWord.Of(document.Driver)} needs {what}");
            else if (!need && !may && value is not null)
                Wrong(member, $"is not allowed with driver {EnumWord.Of(document.Driver)}");
        }

        void CheckSuites(MachineBmc bmc)
        {
            if (bmc.CipherSuites is not { } suites)
                return;
            if (!(bmc.Driver is Contracts.BmcDriver.Auto or Contracts.BmcDriver.Ipmi))
                Wrong("cipherSuites", $"is not allowed with driver {EnumWord.Of(bmc.Driver)}");
            if (suites.Count == 0)
                Wrong("cipherSuites", "is empty; omit it for 17 and 3");
            for (var i = 0; i < suites.Count; i++)
                if (!KnownSuites.Contains(suites[i]))
                    Wrong($"cipherSuites/{i}", suites[i] == 0
                        ? "0 allows access without a password; Rackboot never uses it"
                        : $"{suites[i]} is not a supported cipher suite; allowed: {string.Join(", ", KnownSuites)}");
        }

        void Wrong(string member, string message) => errors.Add(new($"/bmc/{member}", message));
    }

    public static MachineBmc Write(BmcSpec spec) => new()
    {
        Driver = (Contracts.BmcDriver)spec.Driver,
        Address = spec.Address,
        Credential = spec.Credential,
        Port = spec.Port,
        Url = spec.Url,
        Socket = spec.Socket,
        Console = spec.Console,
        System = spec.System,
        Ca = spec.Ca,
        Pin = spec.Pin,
        CipherSuites = spec.CipherSuites is null ? null : [.. spec.CipherSuites.Select(s => (long)s)],
        Privilege = (Contracts.BmcPrivilege?)spec.Privilege,
        Kg = spec.Kg,
    };

    /// <summary>The machine's last power reading; null without a BMC.</summary>
    public static MachinePower? Write(CoreMachine machine, PowerDesk power) => power.Known(machine) is { } known
        ? new MachinePower((Contracts.PowerState)known.State, known.Read, known.Problem, EnumWord.Of(machine.Spec!.Bmc!.Driver),
            power.IsStopped(machine) ? true : null)
        : null;

    private static string? Pin(string text) =>
        text.Replace(":", "", StringComparison.Ordinal) is var hex && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : null;

    private static bool IsCertificate(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return true;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }
}
