using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.VoltagePark;

/// <summary>Voltage Park: what is rented and what it costs is read, and rentals end; nothing boots there.</summary>
internal sealed class VoltageParkCloud(CloudAccess access) : ICloud
{
    // Its own bound.
    private const int PageSize = 15;

    private readonly CloudHttp _http = new(
        access, VoltageParkTraits.Table, access.Endpoint("https://cloud-api.voltagepark.com/api/v1"), CloudDialect.Bearer(access));

    public CloudTraits Traits => VoltageParkTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var places = await _http.GetAsync("bare-metal/locations", cancel).ConfigureAwait(false);
        return [.. (places.IsList ? places : places["results"]).Items.Select(Offer).OfType<CloudOffer>()];
    }

    public Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"no way for Talos to get onto a server of {Traits.Title} is documented, so "
            + $"none is rented");

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        _http.AllAsync(page => $"bare-metal?limit={PageSize}&offset={page * PageSize}", a =>
            a["results"], PageSize, first: 0, cancel: cancel).ReadAsync(Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server(await _http.FindAsync($"bare-metal/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"how {Traits.Title} switches a server is not documented beyond doubt");

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync($"bare-metal/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private static CloudServer? Server(Answer server) => server["id"].Text is not { Length: > 0 } id ? null : new CloudServer
    {
        Id = id,
        Name = server["name"].Text ?? "",
        State = VoltageParkTraits.States.Of(server["status"].Text),
        Word = server["status"].Text ?? "",
        On = server["power_status"].Text?.ToLowerInvariant() switch { "on" or "running" or "started" => true, "off" or "stopped" =>
            false, _ => null },
        Addresses = [.. server["node_networking"].Items.Select(n => n["public_ip"].Address).OfType<System.Net.IPAddress>()],
        Hourly = Money.Of(server["rate_hourly"].Number, "USD"),
    };

    private static CloudOffer? Offer(Answer place) => place["id"].Text is not { } id ? null : new CloudOffer
    {
        Plan = "8",
        Title = "8 GPUs",
        Location = id,
        Place = place["name"].Text,
        Gpu = place["gpu_model"].Text ?? place["specs_per_node"]["gpu_model"].Text,
        Gpus = 8,
        Hourly = Money.Of(place["gpu_price_ethernet"].Number * 8, "USD"),
        Stock = place["gpu_count_ethernet"].Number is { } left ? left >= 8 ? CloudStock.In : CloudStock.Out : CloudStock.Unknown,
    };
}
