using System.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Rackboot.Dhcp.Tests;

/// <summary>Leases in few bytes, and the addresses in arrays: both say what plain objects would.</summary>
public class PackedLeaseTests
{
    private static readonly string?[] Words =
    [
        "", "mac:52:54:00:00:01:04", "id:ff0102", "id:", "machine:0198", "52:54:00:00:01:04", "52:54:00:00:01:0A", "52:54:00:00:01:04:",
        "00", "node-01", "☃", "caf\u00e9\0", new string('x', 300), new string('ж', 70_000), "mac:", "mac:00",
    ];

    private static readonly byte[][] Identifiers = [[], [0xff, 1, 2], [0], new byte[255], [1, 0x52, 0x54, 0, 0, 1, 4]];

    [Fact]
    public void A_lease_comes_out_as_it_went_in()
    {
        var leases =
            from hardware in Words from client in Identifiers from holder in Words from name in Words.Append(null)
            where (hardware!.Length + holder!.Length + (name?.Length ?? 0)) < 100_000
            select Of(hardware, client, holder, name);
        foreach (var lease in leases)
        {
            var packed = PackedLease.Of(lease);
            Same(lease, packed.Unpack());
            Assert.True(packed.Holder.Is(lease.Holder) && packed.HardwareAddress.Is(lease.HardwareAddress));
            Assert.False(packed.Holder.Is(lease.Holder + " "));
            Assert.Equal(lease.Holder.GetHashCode(StringComparison.Ordinal), packed.Holder.HashOfText());
        }
    }

    [Fact]
    public void Any_words_come_out_as_they_went_in() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true), Prop.ForAll(
            ArbMap.Default.ArbFor<(string? Hardware, byte[] Client, string? Holder, string? Name)>(),
            words => Same(Of(words.Hardware ?? "", words.Client, words.Holder ?? "", words.Name))));

    [Fact]
    public void Leases_of_many_subnets_come_out_with_their_own()
    {
        var leases = Enumerable.Range(0, 300).Select(i => Of("52:54:00:00:01:04", [1], "h", null) with { Subnet = $"10.{i % 200}.0.0/16" });
        foreach (var (lease, packed) in leases.Select(lease => (lease, PackedLease.Of(lease))).ToList())
            Same(lease, packed.Unpack());
    }

    [Fact]
    public void The_lease_of_a_usual_client_takes_few_bytes()
    {
        var client = new byte[] { 1, 0x52, 0x54, 0, 0, 1, 4 };
        var lease = Of("52:54:00:00:01:04", client, "id:01525400000104", "node-1234");
        Assert.Equal(50, PackedLease.Of(lease).Size);
    }

    private enum Act
    {
        Name,
        Bind,
        End,
        Forget,
        Move,
    }

    private sealed record Model(string Subnet, string Holder, string Key, string Hardware, LeaseState? State, Lease? Lease);

    /// <summary>Forty random changes of eight addresses, beside plain dictionaries that are told the same.</summary>
    [Fact]
    public void Addresses_are_found_as_in_plain_dictionaries() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithQuietOnSuccess(true),
            Prop.ForAll(Gen.ListOf(Gen.Choose(0, int.MaxValue), 40).ToArbitrary(), steps =>
            {
                var slots = new LeaseSlots();
                var byAddress = new Dictionary<uint, Model>();
                var byKey = new Dictionary<(string Subnet, string Key), uint>();
                foreach (var step in steps)
                {
                    var address = (uint)(step / 5 % 8);
                    if (!byAddress.ContainsKey(address) && !byKey.ContainsKey(("10.0.0.0/24", $"stored:{step % 3}")))
                    {
                        var lease = Of("52:54:00:00:00:01", [1], $"stored:{step % 3}", null)
                            with { Address = DhcpMessage.ToAddress(address) };
                        slots.Add(address, IPNetwork.Parse("10.0.0.0/24"), lease);
                        byKey[("10.0.0.0/24", lease.Holder)] = address;
                        byAddress[address] =
                            new Model("10.0.0.0/24", lease.Holder, lease.Holder, lease.HardwareAddress, lease.State, lease);
                    }
                    else if (!byAddress.ContainsKey(address))
                    {
                        slots.Add(address, IPNetwork.Parse("10.0.0.0/24"));
                        byAddress[address] = new Model("10.0.0.0/24", "", "", "", null, null);
                    }

                    Change((Act)(step % 5), step / 40 % 5, slots, address, byAddress, byKey);
                    Compare(slots, byAddress, byKey);
                }

                return true;
            }));

    private static void Change(
        Act act, int who, LeaseSlots slots, uint address, Dictionary<uint, Model> byAddress, Dictionary<(string, string), uint> byKey)
    {
        var (entry, model) = (slots.Find(address)!.Value, byAddress[address]);
        switch (act)
        {
            case Act.Name or Act.Move:
                slots.Forget(entry);
                ForgetIn(byKey, model, address);
                var (holder, hardware) = (who % 2 == 0 ? $"mac:52:54:00:00:00:0{who}" : $"machine:{who}", $"52:54:00:00:00:0{who}");
                var key = who == 3 ? $"{holder} {hardware}" : holder;
                model = model with { Holder = holder, Key = key, Hardware = hardware, State = null,
                    Subnet = act == Act.Move ? "10.1.0.0/16" : model.Subnet };
                entry.Subnet = IPNetwork.Parse(model.Subnet);
                entry.Name(holder, key, hardware);
                entry.State = null;
                slots.Remember(entry);
                byKey[(model.Subnet, key)] = address;
                break;
            case Act.Bind:
                var lease = Of(model.Hardware, [(byte)who], model.Holder, null) with { Address = DhcpMessage.ToAddress(address) };
                model = model with { State = LeaseState.Bound, Lease = lease };
                (entry.State, entry.Lease) = (LeaseState.Bound, PackedLease.Of(lease));
                break;
            case Act.End:
                model = model with { State = LeaseState.Released };
                entry.State = LeaseState.Released;
                break;
            default:
                slots.Forget(entry);
                ForgetIn(byKey, model, address);
                break;
        }

        byAddress[address] = model;
    }

    private static void ForgetIn(Dictionary<(string, string), uint> byKey, Model model, uint address)
    {
        if (byKey.TryGetValue((model.Subnet, model.Key), out var held) && held == address)
            byKey.Remove((model.Subnet, model.Key));
    }

    private static void Compare(LeaseSlots slots, Dictionary<uint, Model> byAddress, Dictionary<(string Subnet, string Key), uint> byKey)
    {
        Assert.Equal(byAddress.Count, slots.Count);
        foreach (var (address, model) in byAddress)
        {
            var entry = slots.Find(address)!.Value;
            Assert.Equal((model.Holder, model.Key, model.Hardware, model.State, model.Subnet),
                (entry.Holder, entry.Key, entry.HardwareAddress, entry.State, entry.Subnet.ToString()));
            Assert.True(entry.HasHolder(model.Holder) && entry.HasKey(model.Key) && entry.HasHardware(model.Hardware));
            Assert.Equal(model.Lease is null, entry.Lease.IsNone);
            if (model.Lease is { } lease)
                Same(lease, entry.Lease.Unpack());
            var found = slots.Find(IPNetwork.Parse(model.Subnet), model.Key);
            Assert.Equal(byKey.TryGetValue((model.Subnet, model.Key), out var by) ? by : (uint?)null, found?.Address);
        }
    }

    private static bool Same(Lease lease)
    {
        Same(lease, PackedLease.Of(lease).Unpack());
        return true;
    }

    private static void Same(Lease expected, Lease actual)
    {
        Assert.Equal(expected.ClientIdentifier.ToArray(), actual.ClientIdentifier.ToArray());
        Assert.Equal(expected with { ClientIdentifier = default }, actual with { ClientIdentifier = default });
    }

    private static Lease Of(string hardware, byte[] client, string holder, string? name) => new()
    {
        Address = IPAddress.Parse("10.20.0.50"),
        State = LeaseState.Released,
        Holder = holder,
        HardwareAddress = hardware,
        ClientIdentifier = client,
        HostName = name,
        Subnet = "10.20.0.0/16",
        Since = new DateTimeOffset(2026, 11, 21, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Expires = DateTimeOffset.MaxValue.ToUniversalTime(),
    };
}
