using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Zenlayer;

/// <summary>Zenlayer Bare Metal Cloud: actions posted to one address, signed; a server is ordered with the URL of an iPXE script.</summary>
internal sealed class ZenlayerCloud : ICloud
{
    private const int PageSize = 100;
    private const string Version = "2022-11-20";
    private const string Api = "api/v2/bmc";

    // As its documentation writes them; its SDK has the same words with dots (bmc20221120/errors.go).
    private static readonly Dictionary<string, CloudFailure> Codes = WithDots(new()
    {
        ["REQUEST_LIMIT_EXCEEDED"] = CloudFailure.Busy,
        ["AUTHFAILURE_SIGNATURE_FAILURE"] = CloudFailure.WrongLogin,
        ["AUTHFAILURE_INVALID_AUTHORIZATION"] = CloudFailure.WrongLogin,
        ["INVALID_INSTANCE_NOT_FOUND"] = CloudFailure.NotFound,
        ["OPERATION_FAILED_RESOURCE_NOT_FOUND"] = CloudFailure.NotFound,
        ["RESOURCE_INSUFFICIENT"] = CloudFailure.SoldOut,
        ["RESOURCE_INSUFFICIENT_PRODUCT_SOLD_OUT"] = CloudFailure.SoldOut,
        ["RESOURCE_SOLDOUT_INSTANCE_TYPE"] = CloudFailure.SoldOut,
        ["INSTANCE_TYPE_SOLD_OUT"] = CloudFailure.SoldOut,
        ["OPERATION_DENIED_INSTANCE_QUOTA_EXCEED"] = CloudFailure.Quota,
        ["OPERATION_DENIED_INSTANCE_CREATING"] = CloudFailure.WrongState,
        ["OPERATION_DENIED_INSTANCE_STATUS"] = CloudFailure.WrongState,
        ["OPERATION_DENIED_INSTANCE_STATUS_INSTALLING"] = CloudFailure.WrongState,
    });

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;

    public ZenlayerCloud(CloudAccess access)
    {
        _access = access;
        _http = new CloudHttp(access, Traits, access.Endpoint("https://console.zenlayer.com"),
            new CloudDialect { Sign = Sign, Codes = Codes });
    }

    public CloudTraits Traits => ZenlayerTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var zones = new Dictionary<string, string>();
        foreach (var zone in (await BesideAsync("DescribeZones", cancel).ConfigureAwait(false))["zoneSet"].Items)
            if (zone["zoneId"].Text is { } id)
                zones[id] = string.Join(", ", new[] { zone["zoneName"].Text, zone["cityName"].Text }.OfType<string>());
        var types = new Dictionary<string, Answer>();
        foreach (var type in (await BesideAsync("DescribeInstanceTypes", cancel).ConfigureAwait(false))["instanceTypes"].Items)
            if (type["instanceTypeId"].Text is { } id)
                types[id] = type;
        var stock = await ReadAsync(
            "DescribeAvailableResources", new ZenlayerPage(1, PageSize, null, "POSTPAID"), ZenlayerRequests.Default.ZenlayerPage,
                cancel).ConfigureAwait(false);
        return [.. stock.Any("availableResources", "dataSet").Items.Select(there =>
            ZenlayerAnswers.Offer(there, types, zones)).OfType<CloudOffer>()];
    }

    // One question a plan and place: too many for a catalogue.
    public async Task<CloudOffer> PriceAsync(CloudOffer offer, CancellationToken cancel)
    {
        if (_access.Setting("currency") is not { } currency)
            return offer;
        var question = new ZenlayerInquiry { ZoneId = offer.Location, InstanceTypeId = offer.Plan, InternetMaxBandwidthOut = Bandwidth };
        var price = await ReadAsync("InquiryPriceCreateInstance", question, ZenlayerRequests.Default.ZenlayerInquiry,
            cancel).ConfigureAwait(false);
        return offer with { Hourly = ZenlayerAnswers.Hourly(price, currency) };
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new ZenlayerOrder
        {
            ZoneId = order.Location,
            InstanceTypeId = order.Plan,
            IpxeUrl = Url(order.Boot),
            Hostname = order.Name,
            InstanceName = order.Name,
            Password = Password(),
            InternetMaxBandwidthOut = Bandwidth,
        };
        var made = await ChangeAsync("CreateInstances", body, ZenlayerRequests.Default.ZenlayerOrder, cancel).ConfigureAwait(false);
        return made["instanceIdSet"].Items.Select(i => i.Text).FirstOrDefault() is { Length: > 0 } id
            ? new CloudServer { Id = id, Name = order.Name, State = CloudState.Ordered, Word = "PENDING", Plan = order.Plan,
                Location = order.Location }
            : throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        InstancesAsync(null, cancel).ReadAsync(ZenlayerAnswers.Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        (await InstancesAsync([id], cancel).ReadAsync(ZenlayerAnswers.Server).ConfigureAwait(false)).FirstOrDefault(s => s.Id == id);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var action = to switch { CloudSwitch.On => "StartInstances", CloudSwitch.Off => "StopInstances", _ => "RebootInstances" };
        return ChangeAsync(action, new ZenlayerServers([id]), ZenlayerRequests.Default.ZenlayerServers, cancel);
    }

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) =>
        ChangeAsync("ReinstallInstance", new ZenlayerReinstall(id, Url(order.Boot), Password()),
            ZenlayerRequests.Default.ZenlayerReinstall, cancel);

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel).ConfigureAwait(false) is not { } server)
            return new CloudRelease.Done();
        try
        {
            // In two steps: into the recycle bin, and out of it.
            if (server.Word is not ("RECYCLE" or "RECYCLING"))
                await ChangeAsync("TerminateInstance", new ZenlayerServer(id), ZenlayerRequests.Default.ZenlayerServer,
                    cancel).ConfigureAwait(false);
            else if (server.Word == "RECYCLE")
                await ChangeAsync("ReleaseInstances", new ZenlayerServers([id]), ZenlayerRequests.Default.ZenlayerServers,
                    cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            // It is gone.
        }

        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private int Bandwidth => int.TryParse(_access.Setting("bandwidth"), NumberStyles.None, CultureInfo.InvariantCulture, out var mbits)
        ? mbits : 10;

    private string Url(CloudBoot boot) => boot is CloudBoot.ScriptUrl script ? script.Url.ToString() : throw Traits.NoRoute(boot);

    // 8 to 16 characters; it is the IPMI password too, and nobody is told.
    private static string Password() => $"Rb1{RandomNumberGenerator.GetHexString(12, lowercase: true)}";

    private Task<Answer> ReadAsync<T>(string action, T body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        Unwrapped(_http.ReadAsync(HttpMethod.Post, $"{Api}#{action}", Body(body, type), cancel));

    private Task<Answer> BesideAsync(string action, CancellationToken cancel) =>
        CloudHttp.BesideAsync(ReadAsync(action, new ZenlayerPage(1, PageSize), ZenlayerRequests.Default.ZenlayerPage, cancel));

    private Task<Answer> ChangeAsync<T>(string action, T body, JsonTypeInfo<T> type, CancellationToken cancel) =>
        Unwrapped(_http.PostAsync($"{Api}#{action}", Body(body, type), cancel));

    private static Dictionary<string, CloudFailure> WithDots(Dictionary<string, CloudFailure> codes)
    {
        var both = new Dictionary<string, CloudFailure>(codes, StringComparer.OrdinalIgnoreCase);
        foreach (var (code, failure) in codes)
            both[code.Replace('_', '.')] = failure;
        return both;
    }

    private static HttpContent Body<T>(T body, JsonTypeInfo<T> type)
    {
        var content = CloudHttp.Json(body, type);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ZenlayerSignature.ContentType);
        return content;
    }

    private static async Task<Answer> Unwrapped(Task<Answer> answer) => (await answer.ConfigureAwait(false))["response"];

    private ValueTask Sign(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var (uri, timestamp) = (request.RequestUri!, _access.Time.GetUtcNow().ToUnixTimeSeconds());
        request.Headers.TryAddWithoutValidation("x-zc-action", uri.Fragment.TrimStart('#'));
        request.Headers.TryAddWithoutValidation("x-zc-version", Version);
        request.Headers.TryAddWithoutValidation("x-zc-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation("x-zc-signature-method", ZenlayerSignature.Method);
        request.Headers.TryAddWithoutValidation(
            "Authorization", ZenlayerSignature.Authorization(_access.User, _access.Secret(), uri.Authority, timestamp, body.Span));
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<Answer> InstancesAsync(string[]? ids, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var number = 1; ; number++)
        {
            var page = await ReadAsync("DescribeInstances", new ZenlayerPage(number, PageSize, ids), ZenlayerRequests.Default.ZenlayerPage,
                cancel).ConfigureAwait(false);
            var items = page["dataSet"].Items.ToList();
            foreach (var item in items)
                yield return item;
            if (items.Count < PageSize)
                yield break;
        }
    }
}
