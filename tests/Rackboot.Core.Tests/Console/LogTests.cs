using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Core.Console;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests.Console;

/// <summary>What a console's log keeps.</summary>
public sealed class LogTests : IAsyncDisposable
{
    private readonly ConsoleRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task Every_byte_stands_in_the_log_and_only_its_owner_reads_it()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        line.Write(all);
        await alice.ReadAsync(256);
        Assert.Equal(Encoding.Latin1.GetString(all), await _rack.LogAsync(machine));
        var file = Path.Combine(_rack.Logs, "node-01", "console.log");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task The_log_outlives_the_daemon_and_is_what_the_next_one_shows_first()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("before\n");
        await alice.ReadAsync(7);
        await _rack.RestartAsync();
        Assert.Equal("before\n", await _rack.LogAsync(machine));
        (alice, line) = await _rack.OpenAsync(machine);
        line.Write("after\n");
        await alice.ReadAsync(6);
        using var bob = _rack.Watch(machine, "bob");
        Assert.Equal("before\nafter\n", await bob.ReadAsync(13));
        Assert.Equal("before\nafter\n", await _rack.LogAsync(machine));
    }

    [Fact]
    public async Task Who_follows_the_log_misses_nothing_and_gets_nothing_twice()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("one\n");
        await alice.ReadAsync(4);
        var (watcher, log) = _rack.Desk.Follow(machine, "bob");
        using var bob = new Viewer(watcher);
        line.Write("two\n");
        await alice.ReadAsync(4);
        await using (log)
        {
            using var text = new MemoryStream();
            await log.CopyToAsync(text, 1, TestContext.Current.CancellationToken);
            Assert.Equal("one\n", Encoding.Latin1.GetString(text.ToArray()));
        }

        Assert.Equal("two\n", await bob.ReadAsync(4));
    }

    [Fact]
    public async Task Nothing_is_logged_where_nothing_is_to_be()
    {
        _rack.Desk.Settings = new ConsoleSettings { Log = ConsoleLogging.Off };
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("x");
        await alice.ReadAsync(1);
        Assert.False(Directory.Exists(_rack.Logs));
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_told_once_and_the_watchers_go_on()
    {
        await File.WriteAllTextAsync(_rack.Logs, "in the way", TestContext.Current.CancellationToken);
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("x");
        line.Write("y");
        Assert.Equal("xy", await alice.ReadAsync(2));
        Assert.Single(
            await _rack.EventsAsync(), e => e.StartsWith("console.log: writing the console log failed", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_rolls_at_its_size_and_the_oldest_file_goes()
    {
        var settings = new ConsoleSettings { FileSize = 1000, Files = 3 };
        using (var log = new ConsoleLog(_rack.Logs, () => settings, TimeProvider.System))
            for (var i = 0; i < 100; i++)
                log.Write(Encoding.ASCII.GetBytes($"{i,98}\r\n"));
        var files = new DirectoryInfo(_rack.Logs).GetFiles().OrderBy(f => f.Name).ToList();
        Assert.Equal(["console.log", "console.log.1", "console.log.2"], files.Select(f => f.Name));
        Assert.All(files, f => Assert.InRange(f.Length, 1, 1000));
        settings = settings with { Files = 1 };
        using (var log = new ConsoleLog(_rack.Logs, () => settings, TimeProvider.System))
            for (var i = 0; i < 11; i++)
                log.Write(new byte[100]);
        Assert.Equal("console.log", Assert.Single(new DirectoryInfo(_rack.Logs).GetFiles()).Name);
    }

    [Fact]
    public void With_timestamps_each_line_begins_with_the_time_of_its_first_byte_also_after_a_restart()
    {
        var clock = new Clock();
        var settings = new ConsoleSettings { Timestamps = true };
        using (var log = new ConsoleLog(_rack.Logs, () => settings, clock))
            log.Write("a\r\nb"u8);
        clock.Pass(1.5);
        using (var log = new ConsoleLog(_rack.Logs, () => settings, clock))
            log.Write("b\r\nc"u8);
        Assert.Equal("2026-01-02T03:04:05.000Z a\r\n2026-01-02T03:04:05.000Z bb\r\n2026-01-02T03:04:06.500Z c",
            File.ReadAllText(Path.Combine(_rack.Logs, "console.log")));
    }

    [Fact]
    public void The_last_lines_are_the_last_lines_however_the_log_lies_in_its_files() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string[]>().Generator.Zip(Gen.Choose(0, 8)).ToArbitrary(),
            written =>
            {
                var directory = Directory.CreateTempSubdirectory("rackboot-tail-").FullName;
                var parts = written.Item1.Select(s => Encoding.UTF8.GetBytes((s ?? "") + (s?.Length % 2 == 0 ? "\n" : ""))).ToList();
                for (var i = 0; i < parts.Count; i++)
                    File.WriteAllBytes(
                        Path.Combine(directory, i == parts.Count - 1 ? "console.log" : $"console.log.{parts.Count - 1 - i}"), parts[i]);
                var whole = Encoding.UTF8.GetString([.. parts.SelectMany(p => p)]);
                var text = TailAsync(directory, written.Item2).GetAwaiter().GetResult();
                Directory.Delete(directory, recursive: true);
                var lines = whole.Split('\n');
                var expected =
                    string.Join('\n', whole.EndsWith('\n') ? [.. lines[..^1].TakeLast(written.Item2), ""] : lines.TakeLast(written.Item2));
                return text == (written.Item2 == 0 ? "" : expected);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_backlog_is_the_end_of_what_was_written_from_a_whole_line_on() =>
        Prop.ForAll<byte[][]>(blocks =>
        {
            var backlog = new ConsoleBacklog(16);
            foreach (var block in blocks)
                backlog.Add(block);
            var all = blocks.SelectMany(b => b).ToArray();
            var last = all.Length <= 16 ? all : all[^16..];
            if (all.Length > 16 && Array.IndexOf(last, (byte)'\n') is var newline and >= 0)
                last = last[(newline + 1)..];
            return backlog.ToArray().SequenceEqual(last);
        }).QuickCheckThrowOnFailure();

    private static async Task<string> TailAsync(string directory, int lines)
    {
        await using var log = new LogTail(ConsoleLog.OpenForReading(directory));
        using var text = new MemoryStream();
        await log.CopyToAsync(text, lines, CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
