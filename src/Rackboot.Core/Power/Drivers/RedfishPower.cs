using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rackboot.Core.Events;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Redfish;

namespace Rackboot.Core.Power.Drivers;

/// <summary>A machine whose BMC speaks Redfish.</summary>
public sealed class RedfishPower(BmcContact contact) : IPowerController
{
    private readonly RedfishService _service = new(Options(contact), contact.Time);
    private RedfishReports? _reports;

    internal BmcContact Contact => contact;

    public bool ReadsState => true;

    public bool WaitsItself => true;

    public IBmcReports Reports => _reports ??= new RedfishReports(this, _service, contact);

    public Task<PowerState> ReadStateAsync(
        CancellationToken cancel) => AskAsync(async () => await _service.Power.ReadStateAsync(cancel).ConfigureAwait(false) switch
    {
        RedfishPowerState.On or RedfishPowerState.PoweringOff or RedfishPowerState.Paused => PowerState.On,
        RedfishPowerState.Off or RedfishPowerState.PoweringOn => PowerState.Off,
        _ => PowerState.Unknown,
    });

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) => AskAsync(() => _service.Power.SetAsync(to switch
    {
        PowerSwitch.On => RedfishPowerAction.On,
        PowerSwitch.Off => RedfishPowerAction.Off,
        PowerSwitch.Reset => RedfishPowerAction.Reset,
        _ => RedfishPowerAction.SoftOff,
    }, to == PowerSwitch.Soft ? contact.Settings.Shutdown : contact.Settings.Switch, cancel));

    public Task SetBootOnceAsync(
        BootTarget target, CancellationToken cancel) => AskAsync(() => _service.Boot.SetAsync(new RedfishBootOverride(
        target switch { BootTarget.Network => RedfishBootTarget.Pxe, BootTarget.Disk =>
            RedfishBootTarget.Hdd, _ => RedfishBootTarget.BiosSetup }, RedfishBootDuration.Once), cancel));

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) => AskAsync(async () =>
    {
        var now = (await _service.Boot.ReadAsync(cancel).ConfigureAwait(false)).Override;
        BootTarget? target = now.Duration == RedfishBootDuration.Disabled ? null : now.Target switch
        {
            RedfishBootTarget.Pxe or RedfishBootTarget.UefiHttp => BootTarget.Network,
            RedfishBootTarget.Hdd => BootTarget.Disk,
            RedfishBootTarget.BiosSetup => BootTarget.Bios,
            _ => null,
        };
        return new BootOverride(target, now.Duration == RedfishBootDuration.Disabled
            ? "no override"
            : $"{now.Target} {now.Duration}{(now.Mode is { } mode ? $" ({mode})" : "")}");
    });

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) =>
        throw new PowerException(PowerFailure.NotSupported, "the locator lamp cannot be lit over Redfish yet; use driver ipmi for it");

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>Whether a Redfish service answers there; nothing is logged into.</summary>
    internal async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            await _service.ReadRootAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (RedfishException e) when (e.Failure is RedfishFailure.NoAnswer or RedfishFailure.BadAnswer or RedfishFailure.NotSupported
            or RedfishFailure.Refused)
        {
            return false;
        }
        catch (RedfishException e)
        {
            throw Failed(e);
        }
    }

    internal async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RedfishException e)
        {
            // How often a refused login is tried again is not decided here.
            if (e.Failure == RedfishFailure.WrongCredential)
                _service.Use(Credential(contact));
            throw Failed(e);
        }
    }

    private PowerException Failed(RedfishException e) => new(e.Failure switch
    {
        RedfishFailure.NoAnswer or RedfishFailure.Busy => PowerFailure.NoAnswer,
        RedfishFailure.WrongCredential => PowerFailure.WrongCredential,
        RedfishFailure.NotSupported => PowerFailure.NotSupported,
        RedfishFailure.BadAnswer => PowerFailure.BadAnswer,
        _ => PowerFailure.Refused,
    }, e.Failure == RedfishFailure.WrongCertificate && contact.Spec.Ca is null
        ? $"{e.Message}. If it was replaced on purpose, name the new fingerprint as bmc.pin of {contact.Machine}"
        : e.Message, e);

    private static RedfishCredential Credential(BmcContact contact) =>
        new(contact.Login?.Username ?? "", contact.Login is { } login ? Encoding.UTF8.GetString(login.Password.Reveal().Span) : "");

    private static RedfishOptions Options(BmcContact contact) => new()
    {
        Address = new UriBuilder("https", contact.Spec.Address!, contact.Spec.Port ?? 443).Uri,
        Credential = Credential(contact),
        Trust = Trust(contact),
        SystemId = contact.Spec.System,
        RequestTimeout = contact.Settings.Call,
        BusyLimit = contact.Settings.Call,
        SettleLimit = contact.Settings.Call / 2,
        PollInterval = TimeSpan.FromSeconds(1),
        IdleConnection = contact.Settings.Interval + TimeSpan.FromSeconds(15), // a new one would cost the BMC a TLS handshake at every poll
    };

    private static RedfishTrust Trust(BmcContact contact)
    {
        if ((contact.Spec.Pin ?? (contact.Spec.Ca is null ? contact.Memory.Pin : null)) is { } pin)
            return RedfishTrust.Pinned(pin);
        if (contact.Spec.Ca is null)
            return RedfishTrust.FirstUse(learned =>
            {
                contact.Memory.Pin = learned;
                contact.Tell("bmc.certificate", Level.Info,
                    $"the certificate of {contact.Spec.Endpoint} is believed from now on, and no other: {learned}");
            });
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(contact.Spec.Ca);
        return RedfishTrust.Authorities(authorities);
    }
}
