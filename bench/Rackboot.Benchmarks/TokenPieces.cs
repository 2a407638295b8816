using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Bench;

/// <summary>Tokens of configurations for 10,000 booting machines, on disk before their scripts leave: what one takes while as many as
/// <see cref="AtOnce"/> wait.</summary>
public class TokenPieces
{
    private const int Machines = 10_000;
    private const int Tokens = 4096;

    private readonly string _directory = Directory.CreateTempSubdirectory("rackboot-bench").FullName;
    private SqliteStore? _store;
    private BootLog? _boots;
    private int _next;

    [Params(64, 1024)]
    public int AtOnce { get; set; }

    [GlobalSetup]
    public void Boot()
    {
        _store = SqliteStore.Open(Path.Combine(_directory, $"{AtOnce}.db"), NullLogger.Instance);
        _boots = new BootLog(_store, new EventLog(_store, TimeProvider.System, NullLogger<EventLog>.Instance), TimeProvider.System);
        for (var i = 0; i < Machines; i++)
            _boots.Note(Machine(i), BootStage.Script, "bench", "boots");
    }

    [Benchmark(OperationsPerInvoke = Tokens)]
    public async Task Durable()
    {
        for (var i = 0; i < Tokens; i += AtOnce)
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => MintAsync(_next++ % Machines))).ConfigureAwait(false);
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await _store!.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_directory, recursive: true);
    }

    private Task<BootRecord?> MintAsync(int machine)
    {
        var hash = Convert.ToHexString(SHA256.HashData(RandomNumberGenerator.GetBytes(24)));
        return _boots!.CommitAsync(new MachineId($"id-{machine}"), boot => boot with { TokenSha256 = hash });
    }

    private static Machine Machine(int i) => new()
    {
        Id = new MachineId($"id-{i}"),
        Name = $"node-{i}",
        Observed = new MachineObservation { FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch },
    };
}
