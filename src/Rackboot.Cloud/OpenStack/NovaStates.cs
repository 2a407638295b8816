namespace Rackboot.Cloud.OpenStack;

/// <summary>Nova's words for states, which Gcore has too.</summary>
internal static class NovaStates
{
    public static CloudStates Table { get; } = new(
        (CloudState.Provisioning, ["BUILD", "REBUILD"]),
        (CloudState.Running, ["ACTIVE", "PASSWORD"]),
        (CloudState.Stopped, ["SHUTOFF"]),
        (CloudState.Changing, ["REBOOT", "HARD_REBOOT", "MIGRATING", "RESIZE", "REVERT_RESIZE", "VERIFY_RESIZE"]),
        (CloudState.Rescue, ["RESCUE"]),
        (CloudState.Failed, ["ERROR"]),
        (CloudState.Gone, ["DELETED", "SOFT_DELETED"]),
        (CloudState.Blocked, ["PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED"]));

    /// <summary>A server as Nova tells it, and Gcore under other names.</summary>
    public static CloudServer? Server(Http.Answer server) =>
        Table.Server(server.Any("instance_id", "id"), server.Any("instance_name", "name"), server["status"]) is not { } read ? null
            : read with
        {
            Addresses = Addresses(server["addresses"]),
            Plan = server["flavor"].Any("flavor_id", "id", "original_name", "flavor_name").Text,
            Location = server.Any("OS-EXT-AZ:availability_zone", "region_id", "region").Text,
        };

    /// <summary>The addresses of all networks, those that the world reaches first.</summary>
    private static IReadOnlyList<System.Net.IPAddress> Addresses(Http.Answer addresses) =>
        [.. addresses.Members.SelectMany(network => network.Value.Items).OrderBy(a => a.Any("OS-EXT-IPS:type", "type").Text != "floating")
            .Select(a => a["addr"].Address).OfType<System.Net.IPAddress>()];
}
