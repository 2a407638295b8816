using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Puts the transfer of a boot file on the timeline of the machine that fetches it.</summary>
internal static class AssetTransfer
{
    public static void Follow(HttpContext http, Asset asset, Machine? machine, BootLog boots, Counters counters)
    {
        counters.Add("http.assets");
        if (machine is null || !HttpMethods.IsGet(http.Request.Method))
            return;
        var stage = asset.Name.StartsWith("talos/", StringComparison.Ordinal) ? BootStage.Kernel : BootStage.Program;
        var file = asset.Name[(asset.Name.LastIndexOf('/') + 1)..];
        boots.Note(machine, stage, "http", $"fetches {file} by HTTP, {asset.Bytes:N0} bytes");
        var started = TimeProvider.System.GetTimestamp();
        http.Response.OnCompleted(() =>
        {
            var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            if (http.RequestAborted.IsCancellationRequested || http.Features.Get<DirectWriter>()?.IsBroken is true)
                boots.Remark(machine.Id, "http", $"the transfer of {file} broke off after {seconds:0.0} s", Core.Events.Level.Warning);
            else if (http.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status206PartialContent)
                boots.Note(machine, stage, "http",
                    $"has {file}, {http.Response.ContentLength ?? asset.Bytes:N0} bytes in {seconds:0.00} s");
            return Task.CompletedTask;
        });
    }
}
