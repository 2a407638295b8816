using Rackboot.Talos.Api.Wire;

namespace Rackboot.Talos.Api;

/// <summary>Calls of <c>storage.StorageService</c> (siderolabs/talos api/storage/storage.proto); maintenance mode answers them
/// too.</summary>
public sealed class StorageCalls
{
    private readonly TalosClient _client;

    internal StorageCalls(TalosClient client) => _client = client;

    public async Task<IReadOnlyList<NodeDisk>> DisksAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                "/storage.StorageService/Disks", TalosClient.Nothing, DisksResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return [.. node.Disks_.Select(Of)];
    }

    /// <summary>Wipes unused disks or partitions.</summary>
    /// <param name="devices">Their names without <c>/dev/</c>.</param>
    /// <param name="zeroes">Overwrite everything with zeroes, which can take hours; otherwise erase only the signatures.</param>
    public Task WipeAsync(IEnumerable<string> devices, CancellationToken cancel, bool zeroes = false)
    {
        var method = zeroes ? BlockDeviceWipeDescriptor.Types.Method.Zeroes : BlockDeviceWipeDescriptor.Types.Method.Fast;
        var request = new BlockDeviceWipeRequest();
        request.Devices.AddRange(devices.Select(device => new BlockDeviceWipeDescriptor { Device = device, Method = method }));
        return _client.AcknowledgeAsync("/storage.StorageService/BlockDeviceWipe", request, cancel);
    }

    private static NodeDisk Of(Disk disk) => new(
        disk.DeviceName, disk.Size, disk.Model, disk.Serial, disk.Wwid, disk.Uuid,
        Enum.IsDefined(disk.Type) ? disk.Type.ToString().ToLowerInvariant() : "unknown", disk.BusPath, disk.SystemDisk, disk.Readonly);
}
