namespace Rackboot.Redfish;

/// <summary>
/// One Redfish service: a BMC and the machine that it manages (DMTF DSP0266). Every member may be called at any time and from several
/// threads; a session is made with the first request that needs one, used by all, and ended by <see cref="DisposeAsync"/>, which waits 5 s
/// at most for that. Everything that goes wrong with the service is a <see cref="RedfishException"/>.
/// </summary>
public sealed class RedfishService : IAsyncDisposable
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    /// <exception cref="RedfishException">The address is not one that a password may be sent to.</exception>
    public RedfishService(RedfishOptions options, TimeProvider time)
    {
        _connection = new RedfishConnection(options, time);
        _places = new RedfishPlaces(_connection, new RedfishCollection(_connection));
        var tasks = new RedfishTasks(_connection);
        Discovery = new RedfishDiscovery(_places);
        Power = new RedfishPower(_connection, _places);
        Bios = new RedfishBios(_connection, _places);
        Boot = new RedfishBoot(_connection, _places, Bios);
        Media = new RedfishMedia(_connection, _places, tasks);
        SecureBoot = new RedfishSecureBoot(_connection, _places);
        Firmware = new RedfishFirmware(_connection, _places, tasks);
        Sensors = new RedfishSensors(_connection, _places);
        Hardware = new RedfishHardware(_places);
        Lamp = new RedfishLamp(_connection, _places);
        Logs = new RedfishLogs(_connection, _places);
        Accounts = new RedfishAccounts(_connection, _places);
        Events = new RedfishEvents(_connection, _places);
    }

    /// <summary>How messages name this service: its host, and its port if it is not 443.</summary>
    public string Host => _connection.Host;

    /// <summary>The pin of the certificate in use, for the caller to keep; see <see cref="RedfishTrust.Pin"/>.</summary>
    public string? CertificatePin => _connection.Options.Trust.Pin;

    public RedfishDiscovery Discovery { get; }

    public RedfishPower Power { get; }

    public RedfishBoot Boot { get; }

    public RedfishBios Bios { get; }

    public RedfishMedia Media { get; }

    public RedfishSecureBoot SecureBoot { get; }

    public RedfishFirmware Firmware { get; }

    public RedfishSensors Sensors { get; }

    public RedfishHardware Hardware { get; }

    public RedfishLamp Lamp { get; }

    public RedfishLogs Logs { get; }

    public RedfishAccounts Accounts { get; }

    public RedfishEvents Events { get; }

    /// <summary>What the service says of itself before anyone logs in.</summary>
    public async Task<RedfishRoot> ReadRootAsync(CancellationToken cancellation = default)
    {
        var root = await _places.RootAsync(cancellation).ConfigureAwait(false);
        return new RedfishRoot(
            root.Text("RedfishVersion"), root.Text("Vendor"), root.Text("Product"), root.Text("UUID"), _connection.Quirks);
    }

    /// <summary>Takes another password for the requests to come, and forgets that one was refused.</summary>
    public void Use(RedfishCredential credential)
    {
        _connection.KeepSecret(credential);
        _connection.Login.Use(credential);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
