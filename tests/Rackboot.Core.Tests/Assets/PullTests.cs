using System.Text;
using Microsoft.AspNetCore.Http;
using Rackboot.Core.Assets;
using Rackboot.Core.Profiles;
using Rackboot.Talos.ImageFactory;
using Rackboot.Tests.Shared;

namespace Rackboot.Core.Tests.Assets;

/// <summary>Boot files from an Image Factory.</summary>
public sealed class PullTests
{
    private const string Kernel = "talos/v1.13.9/amd64/kernel";
    private const string Initramfs = "talos/v1.13.9/amd64/initramfs";

    private static readonly Profile Profile = new() { Name = "default", TalosVersion = "v1.13.9", Architecture = "amd64" };

    [Fact]
    public async Task A_release_is_pulled_and_stored_with_its_checksums()
    {
        await using var rack = await PullRack.StartAsync();
        var steps = await rack.PullAsync();
        Assert.All(steps.Values, s => Assert.Equal(PullStep.Done, s.Step));
        var kernel = rack.Rack.Assets.Find(Kernel)!;
        Assert.Equal(("kernel", AssetOrigin.Fetched, rack.Factory.Address.Authority),
            (await File.ReadAllTextAsync(kernel.File), kernel.Origin, kernel.Source));
        Assert.NotNull(rack.Rack.Assets.Find(Initramfs));
        Assert.Empty(rack.Rack.Content.Abandoned());
    }

    [Fact]
    public async Task What_is_here_is_not_fetched_again()
    {
        await using var rack = await PullRack.StartAsync();
        await rack.PullAsync();
        var asked = rack.Factory.Requests.Count;
        Assert.Contains("already stored", (await rack.PullAsync())[Kernel].Text, StringComparison.Ordinal);
        Assert.Equal(asked, rack.Factory.Requests.Count);
    }

    [Fact]
    public async Task A_schematic_is_told_to_the_factory_first_and_its_files_stand_beside_plain_ones()
    {
        await using var rack = await PullRack.StartAsync();
        var schematic = new Schematic { OfficialExtensions = ["siderolabs/qemu-guest-agent"] };
        rack.Serve(schematic.Id, "kernel-arm64", "other");
        rack.Serve(schematic.Id, "initramfs-arm64.xz", "initramfs");
        rack.Factory.Faults.Enqueue(FlakyServer.Status(201, "application/json", $$"""{"id":"{{schematic.Id}}","schematic":"x"}"""));
        var steps = await rack.PullAsync(null, schematic, "arm64");
        Assert.Equal("POST /schematics", rack.Factory.Requests[0]);
        Assert.Equal(PullStep.Done, steps[$"talos/v1.13.9/{schematic.Id}/arm64/kernel"].Step);
        await rack.PullAsync();
        // The same initramfs lies on the disk once.
        Assert.Equal(rack.Rack.Assets.Find(Initramfs)!.File, rack.Rack.Assets.Find($"talos/v1.13.9/{schematic.Id}/arm64/initramfs")!.File);
        await rack.Rack.Assets.RemoveAsync(Initramfs);
        Assert.True(File.Exists(rack.Rack.Assets.Find($"talos/v1.13.9/{schematic.Id}/arm64/initramfs")!.File));
    }

    [Theory]
    [InlineData(500, "text/plain", "the server answered 500")]
    [InlineData(402, "text/plain", "this edition of the factory does not offer it")]
    [InlineData(200, "text/html", "the server sent a web page instead of the file")]
    public async Task What_a_factory_answers_wrong_is_told_and_nothing_stays(int status, string type, string text)
    {
        await using var rack = await PullRack.StartAsync();
        for (var i = 0; i < 20; i++)
            rack.Factory.Faults.Enqueue(FlakyServer.Status(status, type));
        var steps = await rack.PullAsync();
        Assert.All(steps.Values, s => Assert.Equal(PullStep.Failed, s.Step));
        Assert.Contains(text, steps[Kernel].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(rack.Rack.Assets.All.Keys, name => name.StartsWith("talos/", StringComparison.Ordinal));
        await rack.Rack.SettleAsync();
        Assert.Contains(rack.Rack.EventsSoFar(), e => e.Kind == "asset.failed" && e.Text.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_schematic_that_the_factory_does_not_know_is_explained()
    {
        await using var rack = await PullRack.StartAsync();
        var id = new string('a', 64);
        Assert.Contains("--schematic FILE", (await rack.PullAsync(id))[$"talos/v1.13.9/{id}/amd64/kernel"].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_a_schematic_and_is_no_factory_is_named()
    {
        await using var rack = await PullRack.StartAsync();
        rack.Factory.Faults.Enqueue(FlakyServer.Status(200, "text/html", "<html>"));
        var steps = await rack.PullAsync(null, new Schematic());
        Assert.Equal(PullStep.Failed, steps["schematic"].Step);
        Assert.Contains("is not an Image Factory", steps["schematic"].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_factory_in_the_configuration_nothing_is_asked()
    {
        await using var rack = await PullRack.StartAsync();
        var airGapped = rack.With(null);
        Assert.Null(airGapped.Want(Profile, Kernel));
        Assert.Contains("assets.factory", airGapped.Mistake(new PullRequest("v1.13.9", null, null, ["amd64"], null))!.Message,
            StringComparison.Ordinal);
        Assert.Null(airGapped.Mistake(new PullRequest("v1.13.9", null, null, ["amd64"], rack.Factory.Address)));
        Assert.Empty(rack.Factory.Requests);
    }

    [Fact]
    public async Task A_missing_file_is_fetched_once_however_many_ask_and_read_while_it_arrives()
    {
        await using var rack = await PullRack.StartAsync();
        var content = new byte[2_000_000];
        new Random(1).NextBytes(content);
        var rest = new TaskCompletionSource();
        rack.Factory.Faults.Enqueue(async http =>
        {
            http.Response.ContentLength = content.Length;
            await http.Response.Body.WriteAsync(content.AsMemory(0, 1_000_000));
            await http.Response.Body.FlushAsync();
            await rest.Task;
            await http.Response.Body.WriteAsync(content.AsMemory(1_000_000));
        });
        var readers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => rack.Pulls.Want(Profile, Kernel)!)));
        Assert.Single(readers.Distinct());
        using (var file = await readers[0].OpenAsync(TestContext.Current.CancellationToken))
        {
            await readers[0].WaitAsync(999_999, TestContext.Current.CancellationToken);
            var half = new byte[1_000_000];
            Assert.Equal(1_000_000, RandomAccess.Read(file!, half, 0));
            Assert.Equal(content[..1_000_000], half);
            Assert.True(rack.Pulls.IsArriving(Kernel));
            Assert.Null(rack.Rack.Assets.Find(Kernel));
            rest.SetResult();
            await readers[0].Completion;
            Assert.Equal(content.Length, RandomAccess.GetLength(file!)); // the handle outlives the move into the store
        }

        Assert.Single(rack.Factory.Requests);
        Assert.Equal(content, await File.ReadAllBytesAsync(rack.Rack.Assets.Find(Kernel)!.File));
    }

    [Fact]
    public async Task What_failed_is_not_asked_for_again_at_once_and_waiting_machines_learn_why()
    {
        await using var rack = await PullRack.StartAsync();
        rack.Factory.Faults.Enqueue(FlakyServer.Status(404));
        var fetch = rack.Pulls.Want(Profile, Kernel)!;
        await Assert.ThrowsAnyAsync<IOException>(() => fetch.Completion);
        Assert.Null(rack.Pulls.Want(Profile, Kernel));
        Assert.Contains("fetching it failed: kernel-amd64 of Talos v1.13.9", rack.Pulls.Explain(Kernel), StringComparison.Ordinal);
        Assert.Single(rack.Factory.Requests);
    }

    [Fact]
    public async Task Only_what_the_profile_names_is_fetched_for_a_machine()
    {
        await using var rack = await PullRack.StartAsync();
        Assert.Null(rack.Pulls.Want(Profile, "talos/v1.12.0/amd64/kernel"));
    }

    [Fact]
    public async Task A_pull_that_is_left_goes_on_without_its_caller()
    {
        await using var rack = await PullRack.StartAsync();
        var gate = new TaskCompletionSource();
        rack.Factory.Gate = gate.Task;
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var step in rack.Pulls.PullAsync(new PullRequest("v1.13.9", null, null, ["amd64"], null), leaving.Token))
                await leaving.CancelAsync();
        });
        var fetch = rack.Fetches.Find(Kernel)!;
        gate.SetResult();
        await fetch.Completion;
        Assert.NotNull(rack.Rack.Assets.Find(Kernel));
    }

    [Fact]
    public async Task A_pull_goes_on_after_a_restart_of_the_daemon()
    {
        await using var rack = await PullRack.StartAsync();
        rack.Serve(Schematic.PlainId, "kernel-amd64", new string('k', 500_000));
        for (var i = 0; i < 4; i++)
            rack.Factory.Faults.Enqueue(async http =>
            {
                http.Response.ContentLength = 500_000;
                http.Response.Headers.ETag = rack.Factory.ETag;
                await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes(new string('k', 200_000)));
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            });
        using var http = Transfer.OutboundHttp.Create();
        var before = new Fetches(rack.Rack.Content, http, TimeProvider.System);
        var fetch = new AssetPulls(rack.Rack.Assets, before, rack.Rack.Events, http, rack.Factory.Address).Want(Profile, Kernel)!;
        await fetch.WaitAsync(100_000, TestContext.Current.CancellationToken);
        await before.DisposeAsync();
        rack.Factory.Faults.Clear();

        await using var fetches = new Fetches(rack.Rack.Content, http, TimeProvider.System);
        await new AssetPulls(rack.Rack.Assets, fetches, rack.Rack.Events, http, rack.Factory.Address).Want(Profile, Kernel)!.Completion;
        Assert.Matches("^GET /image/.* bytes=[1-9]", rack.Factory.Requests[^1]);
        Assert.Equal(500_000, rack.Rack.Assets.Find(Kernel)!.Bytes);
    }
}
