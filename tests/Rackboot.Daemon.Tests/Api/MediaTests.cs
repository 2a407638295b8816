using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Rackboot.Contracts;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Power;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>ISO images for BMCs.</summary>
public sealed class MediaTests
{
    private static readonly byte[] Image = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];

    [Fact]
    public async Task An_image_of_the_store_goes_into_the_drive_by_the_address_that_faces_the_bmc()
    {
        await using var api = await StartAsync();
        await api.Client.PutBmcMediaAsync("a", "iso/rescue.iso"); // the BMC is at 127.0.0.1, and lo is the boot interface
        var slot = Assert.Single(await api.Client.GetBmcAsync<BmcMediaSlot>("a", "media"));
        Assert.Equal("http://127.0.0.1/assets/iso/rescue.iso", slot.Image);

        var missing = await Assert.ThrowsAsync<ApiException>(() => api.Client.PutBmcMediaAsync("a", "iso/other.iso"));
        Assert.Equal(
            (HttpStatusCode.NotFound, "there is no asset iso/other.iso; import it with: rackboot asset import --iso FILE"),
            (missing.Status, missing.Message));
        var wrong = await Assert.ThrowsAsync<ApiException>(() => api.Client.PutBmcMediaAsync("a", "rescue.iso"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
    }

    [Theory]
    [InlineData("iso/rescue.img")]
    [InlineData("iso/.iso")]
    [InlineData("iso/a/rescue.iso")]
    public async Task Only_files_that_are_called_iso_are_taken(string name)
    {
        await using var api = await StartAsync();
        using var content = new MemoryStream(Image);
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.PutAssetAsync(name, content));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    [Fact]
    public async Task A_bmc_on_a_network_of_its_own_fetches_images_and_nothing_else_in_whole_or_in_parts()
    {
        await using var api = await StartAsync();
        using var content = new MemoryStream(Image);
        await api.Client.PutAssetAsync("ipxe/amd64/snponly.efi", content);
        using var boot = new BootAddresses(["none"], api.Events, TimeProvider.System);
        await using var media = new MediaServer(api.Assets, boot, FreePort());
        var url = await media.UrlAsync("iso/rescue.iso", "127.0.0.1", CancellationToken.None);
        Assert.Equal(url, await media.UrlAsync("iso/rescue.iso", "localhost", CancellationToken.None));

        using var http = new HttpClient();
        Assert.Equal(Image, await http.GetByteArrayAsync(url));
        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        Assert.Equal(Image.Length, head.Content.Headers.ContentLength);
        using var part = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(2048, 4095) } };
        using var answer = await http.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Image[2048..4096], await answer.Content.ReadAsByteArrayAsync());
        foreach (var other in new[] { "/assets/iso/other.iso", "/assets/ipxe/amd64/snponly.efi", "/ipxe", "/" })
        {
            using var nothing = await http.GetAsync(new Uri(url, other));
            Assert.Equal(HttpStatusCode.NotFound, nothing.StatusCode);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_and_may_be_free_the_next_time()
    {
        await using var api = await StartAsync();
        using var boot = new BootAddresses(["none"], api.Events, TimeProvider.System);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var media = new MediaServer(api.Assets, boot, port);
        var refused = await Assert.ThrowsAsync<IOException>(() => media.UrlAsync("iso/rescue.iso", "127.0.0.1", CancellationToken.None));
        Assert.Contains($"serving the image to the BMC at 127.0.0.1:{port} failed", refused.Message, StringComparison.Ordinal);
        taken.Stop();
        Assert.Equal(port, (await media.UrlAsync("iso/rescue.iso", "127.0.0.1", CancellationToken.None)).Port);
    }

    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        await api.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "x" });
        await api.Client.PutMachineAsync(new Machine
        {
            Name = "a", Serial = "S-1", Bmc = new MachineBmc { Driver = BmcDriver.Redfish, Address = "127.0.0.1", Credential = "bmc" },
        });
        api.Bmcs["a"] = new FakeBmc { Reports = new FakeReports() };
        using var content = new MemoryStream(Image);
        await api.Client.PutAssetAsync("iso/rescue.iso", content);
        return api;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
