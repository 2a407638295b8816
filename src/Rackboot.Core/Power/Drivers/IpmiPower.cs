using System.Net;
using System.Net.Sockets;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Ipmi;

namespace Rackboot.Core.Power.Drivers;

/// <summary>A machine whose BMC speaks IPMI 2.0.</summary>
public sealed class IpmiPower(BmcContact contact, IpmiSocket socket) : IPowerController
{
    private const int DefaultPort = 623;

    private readonly KnownBmc _known = new();
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private IpmiConnection? _connection;
    private BootDialect? _dialect;
    private IpmiReports? _reports;
    private bool _keepsDeviceOnly;

    public bool ReadsState => true;

    public IBmcReports Reports => _reports ??= new IpmiReports(this, contact);

    public Task<PowerState> ReadStateAsync(CancellationToken cancel) => AskAsync(async bmc =>
        (await bmc.GetChassisStatusAsync(cancel).ConfigureAwait(false)).IsOn ? PowerState.On : PowerState.Off, cancel);

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) => AskAsync(async bmc =>
    {
        await bmc.ControlChassisAsync(to switch
        {
            PowerSwitch.On => ChassisControl.PowerUp,
            PowerSwitch.Off => ChassisControl.PowerDown,
            PowerSwitch.Reset => ChassisControl.HardReset,
            _ => ChassisControl.SoftShutdown,
        }, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    // IPMI 2.0 table 28-14, boot option parameter 5: its boot devices know PXE and no HTTP.
    public Task CheckBootAsync(BootTarget target, CancellationToken cancel) => target == BootTarget.Http
        ? throw new PowerException(
            PowerFailure.NotSupported,
            $"IPMI cannot set HTTP boot; use --boot network and put HTTP boot first in the firmware of {contact.Machine}, "
            + "or driver redfish if its BMC supports it")
        : Task.CompletedTask;

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => AskAsync(async bmc =>
    {
        await CheckBootAsync(target, cancel).ConfigureAwait(false);
        var device = target switch { BootTarget.Network => BootDevice.Pxe, BootTarget.Disk => BootDevice.Disk, _ => BootDevice.BiosSetup };
        _dialect ??= BootDialect.Of(await bmc.GetDeviceIdAsync(cancel).ConfigureAwait(false));
        var wanted = BootFlags.Once(device, contact.Uefi());
        var found = (await bmc.SetBootFlagsAsync(wanted, _dialect, cancel).ConfigureAwait(false)).Found;
        _keepsDeviceOnly = false;
        if (found.IsValid || found.Device != device)
            return found;

        // The device is right, and not marked as valid. Either it is left from before, or this BMC does not keep that bit: if the device
        // can be taken away and set again, it keeps what is written and just does not say so (OpenIPMI's simulator does that).
        if ((await bmc.SetBootFlagsAsync(BootFlags.Unset, _dialect, cancel).ConfigureAwait(false)).Found.Device == BootDevice.None)
            _keepsDeviceOnly = (await bmc.SetBootFlagsAsync(wanted, _dialect, cancel).ConfigureAwait(false)).Found.Device == device;
        return found;
    }, cancel);

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) => AskAsync(async bmc =>
    {
        var flags = await bmc.GetBootFlagsAsync(_dialect, cancel).ConfigureAwait(false);
        BootTarget? target = !flags.IsValid && !_keepsDeviceOnly ? null : flags.Device switch
        {
            BootDevice.Pxe => BootTarget.Network,
            BootDevice.Disk => BootTarget.Disk,
            BootDevice.BiosSetup => BootTarget.Bios,
            _ => null,
        };
        return new BootOverride(target,
            flags.IsValid ? flags.ToString() : flags.Device == BootDevice.None ? "no override" : $"{flags.Device}, not marked as valid");
    }, cancel);

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) => AskAsync(async bmc =>
    {
        await bmc.IdentifyAsync(duration, cancel).ConfigureAwait(false);
        return true;
    }, cancel);

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
            await connection.DisposeAsync().ConfigureAwait(false);
        _connecting.Dispose();
    }

    /// <summary>A session of its own, as a console needs it.</summary>
    internal async Task<IpmiSession> OpenSessionAsync(CancellationToken cancel)
    {
        try
        {
            return await IpmiSession.OpenAsync(
                socket, await AddressAsync(cancel).ConfigureAwait(false), Credential(), Options(), _known, cancel).ConfigureAwait(false);
        }
        catch (IpmiException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Whether a BMC answers there; nothing is logged into.</summary>
    internal async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        var address = await AddressAsync(cancel).ConfigureAwait(false);
        if (await socket.PingAsync(address, IpmiTimeouts.Default, cancel).ConfigureAwait(false) is not null)
            return true;
        try
        {
            // Some are silent to a ping and answer this.
            await socket.AskAuthenticationAsync(address, IpmiTimeouts.Default, cancel).ConfigureAwait(false);
            return true;
        }
        catch (IpmiException)
        {
            return false;
        }
    }

    internal PowerException Failed(IpmiException e) => new(e.Failure switch
    {
        IpmiFailure.NoAnswer or IpmiFailure.SessionLost => PowerFailure.NoAnswer,
        IpmiFailure.WrongCredential => PowerFailure.WrongCredential,
        IpmiFailure.BadAnswer => PowerFailure.BadAnswer,
        _ => PowerFailure.Refused,
    }, e.Failure == IpmiFailure.Refused
        ? $"{contact.Spec.Endpoint}: {e.Message}; see its log (rackboot bmc sel {contact.Machine}), or restart the BMC"
        : e.Message, e);

    internal async Task<T> AskAsync<T>(Func<IIpmiChannel, Task<T>> ask, CancellationToken cancel)
    {
        var connection = await ConnectAsync(cancel).ConfigureAwait(false);
        try
        {
            return await ask(new PatientChannel(connection, contact.Time)).ConfigureAwait(false);
        }
        catch (IpmiException e)
        {
            // How often a refused login is tried again is not decided here.
            if (e.Failure == IpmiFailure.WrongCredential)
                connection.AllowLogin();
            throw Failed(e);
        }
    }

    private async Task<IpmiConnection> ConnectAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _connection ??= new IpmiConnection(
                socket, await AddressAsync(cancel).ConfigureAwait(false), Credential(), Options(), _known);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private async Task<IPEndPoint> AddressAsync(CancellationToken cancel)
    {
        var port = contact.Spec.Port ?? DefaultPort;
        if (IPAddress.TryParse(contact.Spec.Address, out var address))
            return new IPEndPoint(address, port);
        try
        {
            return new IPEndPoint((await Dns.GetHostAddressesAsync(contact.Spec.Address!, cancel).ConfigureAwait(false))[0], port);
        }
        catch (SocketException e)
        {
            throw new PowerException(PowerFailure.NoAnswer,
                $"resolving the BMC's name {contact.Spec.Address} failed: {e.Message}; an IP address in bmc.address needs no DNS", e);
        }
    }

    private IpmiCredential Credential() =>
        IpmiCredential.TryCreate(contact.Login?.Username ?? "", (contact.Login?.Password.Reveal() ?? default).Span,
            (contact.Kg?.Reveal() ?? default).Span, out var credential, out var error)
            ? credential
            : throw new PowerException(
                PowerFailure.Misconfigured, $"credential {contact.Spec.Credential} cannot be used for IPMI: {error}");

    private IpmiSessionOptions Options() => IpmiSessionOptions.Default with
    {
        Privilege = contact.Spec.Privilege switch
        {
            BmcPrivilege.User => IpmiPrivilege.User,
            BmcPrivilege.Operator => IpmiPrivilege.Operator,
            _ => IpmiPrivilege.Administrator,
        },
        CipherSuites = contact.Spec.CipherSuites is { } suites
            ? [.. suites.Select(s => (IpmiCipherSuite)s)]
            : IpmiSessionOptions.Default.CipherSuites,
    };
}
