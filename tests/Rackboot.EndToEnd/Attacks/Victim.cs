using Rackboot.Contracts;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A machine that somebody else wants the configuration of. What its firmware, iPXE and Talos would ask, its host asks.</summary>
public sealed class Victim(AttackedRack rack, int number, ClientNamespace host) : IAsyncDisposable
{
    public string Name { get; } = $"victim-{number:00}";

    public ClientNamespace Host => host;

    public string Mac => host.Mac;

    public string Uuid { get; } = $"52610b00-7ac4-4b07-8000-5254000003{number:x2}";

    public string Serial { get; } = $"SER-{number:0000}";

    public string Address { get; } = $"10.20.0.{20 + number}";

    public string Secret { get; } = $"machine: {{ token: secret-{number} }}\n";

    public async Task DescribeAsync(Func<Machine, Machine>? with = null)
    {
        var machine = new Machine
        {
            Name = Name, Macs = [Mac], Profile = "default", Address = Address, MachineConfig = new MachineConfig { Content = Secret },
        };
        await rack.Rack.Client.PutMachineAsync(with?.Invoke(machine) ?? machine);
    }

    /// <summary>Gets its lease.</summary>
    public Task<string> LeaseAsync() => host.UdhcpcAsync();

    /// <summary>Gets its lease and asks for its script.</summary>
    public async Task<string> BootAsync()
    {
        await LeaseAsync();
        return await ScriptAsync();
    }

    public Task<string> ScriptAsync() => AskAsync(host);

    /// <summary>The script that a host gets which says it is this machine.</summary>
    public Task<string> AskAsync(ClientNamespace from) => AskAsync(from, Mac, Uuid, Serial);

    public static async Task<string> AskAsync(
        ClientNamespace from, string mac, string? uuid = null, string? serial = null, string buildarch = "x86_64")
    {
        var (status, script) =
            await from.CurlAsync($"{AttackedRack.Server}/ipxe?mac={mac}&uuid={uuid}&serial={serial}&platform=efi&buildarch={buildarch}");
        Assert.Equal(200, status);
        return script;
    }

    /// <summary>The address of the configuration in a script; null if it names none.</summary>
    public static string? ConfigUrl(string script) =>
        script.Split(' ', '\n')
            .FirstOrDefault(w => w.StartsWith("talos.config=", StringComparison.Ordinal))?["talos.config=".Length..].Split('?')[0];

    /// <summary>Boots to the end: its configuration is delivered.</summary>
    public async Task ProvisionAsync()
    {
        var url = ConfigUrl(await BootAsync());
        Assert.NotNull(url);
        Assert.Equal((200, Secret), await host.CurlAsync(url));
        await rack.EventAsync("config.delivered", Name);
    }

    /// <summary>It still gets what is its own, whatever was tried before.</summary>
    public async Task AssertServedAsync()
    {
        var url = ConfigUrl(await BootAsync());
        Assert.True(url is not null, $"{Name} itself gets no token");
        Assert.Equal((200, Secret), await host.CurlAsync(url));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
