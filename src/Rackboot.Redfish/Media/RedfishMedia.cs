using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Virtual media: shows an image, which the BMC fetches by its URL, to the machine as a drive.</summary>
public sealed class RedfishMedia
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;
    private readonly RedfishTasks _tasks;

    internal RedfishMedia(RedfishConnection connection, RedfishPlaces places, RedfishTasks tasks) =>
        (_connection, _places, _tasks) = (connection, places, tasks);

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishMediaSlot>> ListAsync(CancellationToken cancellation = default) =>
        [.. (await SlotsAsync(cancellation).ConfigureAwait(false)).Select(Slot)];

    /// <summary>Inserts an image and waits until the service shows it. One that is already there is left.</summary>
    /// <param name="image">A URL that the BMC can reach.</param>
    /// <param name="type">CD or USBStick.</param>
    /// <exception cref="RedfishException">No slot for it, refused, or not shown in time.</exception>
    public async Task<RedfishMediaSlot> InsertAsync(Uri image, string type = "CD", CancellationToken cancellation = default)
    {
        var all = await SlotsAsync(cancellation).ConfigureAwait(false);
        var fitting = all.Where(s => Slot(s) is { IsUsable: true } slot && slot.Types.Contains(type)).ToList();
        if (fitting.Count == 0)
            throw _connection.Error(
                RedfishFailure.NotSupported,
                $"no virtual media slot supports {type}; this may need a licence: boot over the network instead");
        if (fitting.FirstOrDefault(s => Holds(Slot(s), image)) is { } done)
            return Slot(done);
        var empty = fitting.Where(s => !Slot(s).Inserted).ToList();
        if (empty.Count == 0)
            throw _connection.Error(
                RedfishFailure.Refused,
                $"every virtual media slot for {type} is in use ({string.Join(", ", fitting.Select(s => s.Id))}); eject one first");
        foreach (var slot in empty)
        {
            var answer = await InsertIntoAsync(slot, image, cancellation).ConfigureAwait(false);
            if (answer.IsMissing && slot != empty[^1])
                continue; // a slot that is shown and cannot be used
            _connection.Accept(answer, HttpMethod.Post, $"{slot.Path} (insert)");
            await _tasks.FollowAsync(answer, "inserting the image", _connection.Options.PowerLimit, null, cancellation)
                .ConfigureAwait(false);
            var otherwise = $"{slot.Id} does not show the image; check that the BMC can reach its URL";
            return await WaitAsync(slot.Path, s => Holds(s, image), otherwise, cancellation).ConfigureAwait(false);
        }

        throw new InvalidOperationException();
    }

    /// <summary>Ejects what is in a slot, and waits until the service shows that.</summary>
    /// <exception cref="RedfishException">Refused, or still shown after the time allowed.</exception>
    public async Task<RedfishMediaSlot> EjectAsync(RedfishMediaSlot slot, CancellationToken cancellation = default)
    {
        var answer = await _connection.GetAsync(slot.Path, cancellation).ConfigureAwait(false);
        if (!Slot(new RedfishMember(slot.Path, answer.Body, answer.ETag)).Inserted)
            return slot with { Inserted = false, Image = null };
        var sent = RedfishAction.Find(answer.Body, "#VirtualMedia.EjectMedia") is { } action
            // HPE wants the empty object (openstack/sushy virtual_media.py)
            ? await _connection.PostAsync(action.Target!, [], cancellation).ConfigureAwait(false)
            : await _connection.PatchAsync(slot.Path, new JsonObject { ["Image"] = null, ["Inserted"] = false }, answer.ETag, cancellation)
                .ConfigureAwait(false);
        _connection.Accept(sent, HttpMethod.Post, $"{slot.Path} (eject)");
        await _tasks.FollowAsync(sent, "ejecting the image", _connection.Options.PowerLimit, null, cancellation).ConfigureAwait(false);
        var otherwise = $"{slot.Id} still shows its image; restart the BMC if this persists";
        return await WaitAsync(slot.Path, s => !s.Inserted, otherwise, cancellation).ConfigureAwait(false);
    }

    // Of the system with newer services, of the manager with older ones; some show both, with the same members or others.
    private async Task<IReadOnlyList<RedfishMember>> SlotsAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var manager = await _places.ManagerAsync(system, cancellation).ConfigureAwait(false);
        var paths = new List<string>();
        foreach (var collection in new[] { system.Body.Link("VirtualMedia"), manager?.Body.Link("VirtualMedia") }.Distinct())
            paths.AddRange(await _places.Collection.PathsAsync(collection, cancellation).ConfigureAwait(false));
        return await _places.Collection.EachAsync(paths.Distinct(), cancellation).ConfigureAwait(false);
    }

    private RedfishMediaSlot Slot(RedfishMember member)
    {
        var body = member.Body;
        var image = body.Text("Image") ?? body.Text("ImageName");
        // After an eject Supermicro leaves Image set (community.general issues 6969, 7470), Dell Inserted for a while (openstack/ironic
        // boot.py), openstack/sushy-tools ConnectedVia: one that says empty is enough.
        var inserted = body.Text("ConnectedVia") != "NotConnected" && (body.Flag("Inserted") ?? image is not null);
        var usable = !_connection.Quirks.UnusableMediaSlots.Any(u => member.Id.StartsWith(u, StringComparison.OrdinalIgnoreCase));
        return new RedfishMediaSlot(
            member.Path, member.Id, body.Texts("MediaTypes"), inserted, inserted ? image : null, body.Flag("WriteProtected"), usable);
    }

    // Services differ in which properties they refuse (bmc-toolbox/bmclib redfishwrapper/virtual_media.go; community.general issue 4839).
    private async Task<RedfishAnswer> InsertIntoAsync(RedfishMember slot, Uri image, CancellationToken cancellation)
    {
        var action = RedfishAction.Find(slot.Body, "#VirtualMedia.InsertMedia");
        RedfishAnswer? answer = null;
        foreach (var more in new string[][] { ["Inserted", "WriteProtected"], ["Inserted"], [] })
        {
            var body = new JsonObject { ["Image"] = image.AbsoluteUri };
            foreach (var name in more)
                body[name] = true;
            answer = action is null
                ? await _connection.PatchAsync(slot.Path, body, slot.ETag, cancellation).ConfigureAwait(false)
                : await _connection.PostAsync(action.Target!, body, cancellation).ConfigureAwait(false);
            if (answer.Status != HttpStatusCode.BadRequest)
                break;
        }

        return answer!;
    }

    private Task<RedfishMediaSlot> WaitAsync(
        string path, Func<RedfishMediaSlot, bool> reached, string otherwise, CancellationToken cancellation) =>
        _connection.UntilShownAsync(() => SlotAsync(path, cancellation), reached, _ => otherwise, cancellation);

    private async Task<RedfishMediaSlot> SlotAsync(string path, CancellationToken cancellation)
    {
        var answer = await _connection.GetAsync(path, cancellation).ConfigureAwait(false);
        return Slot(new RedfishMember(path, answer.Body, answer.ETag));
    }

    // Some show the whole URL, some the file name alone.
    private static bool Holds(RedfishMediaSlot slot, Uri image) =>
        slot is { Inserted: true, Image: { } shown }
            && new[] { image.AbsoluteUri, image.Segments[^1] }.Contains(shown, StringComparer.OrdinalIgnoreCase);
}
