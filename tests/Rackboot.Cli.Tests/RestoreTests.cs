using Rackboot.Backup;
using Rackboot.Cli.Backups;

namespace Rackboot.Cli.Tests;

public sealed class RestoreTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("boot: { interfaces: [eth1] }\ndata: /srv/rackboot\n", "/srv/rackboot")]
    [InlineData("boot: { interfaces: [eth1] }\n", "/var/lib/rackboot")]
    [InlineData("", "/var/lib/rackboot")]
    [InlineData("[data]", "/var/lib/rackboot")]
    public void A_backup_goes_where_the_configuration_says(string configuration, string expected)
    {
        File.WriteAllText(_file, configuration);
        Assert.Equal(expected, RestoreRun.DataOf(_file));
    }

    [Fact]
    public void Without_a_configuration_it_goes_to_the_usual_place() => Assert.Equal("/var/lib/rackboot", RestoreRun.DataOf(_file + ".none"));

    [Fact]
    public void A_configuration_that_is_no_YAML_is_told_with_its_line_and_the_way_around()
    {
        File.WriteAllText(_file, "boot: { interfaces: [eth1] }\ndata: \"/srv\n");
        var message = Assert.Throws<BackupException>(() => RestoreRun.DataOf(_file)).Message;
        Assert.StartsWith($"{_file}:2: is not valid YAML: ", message, StringComparison.Ordinal);
        Assert.EndsWith("; correct it, or name the data directory: --data DIRECTORY", message, StringComparison.Ordinal);
    }

    // Without its last line break the parser reads this without an end: the text fills its buffer.
    [Fact]
    public async Task A_configuration_that_ends_with_a_directive_is_read_to_its_end()
    {
        await File.WriteAllTextAsync(_file, "a: 1\n%b ".PadRight(4096, 'c'));
        Assert.Equal("/var/lib/rackboot", await Task.Run(() => RestoreRun.DataOf(_file)).WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
