using System.Text.RegularExpressions;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Talos;

namespace Rackboot.Core.Tests;

/// <summary>What scripts hold, read as iPXE reads them (ipxe/ipxe src/core/exec.c): words parted by white space, "||", "&amp;&amp;" and ";"
/// end a command, "#" begins a comment, "${…}" is expanded.</summary>
public sealed partial class IpxeScriptTests
{
    private const string Server = "http://10.20.0.1";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("|| shell")]
    [InlineData("&& exit")]
    [InlineData("; reboot")]
    [InlineData("# no more")]
    [InlineData("${uuid}")]
    [InlineData("a\nshell")]
    [InlineData("a\r\nshell")]
    [InlineData("\0\u001b[2J")]
    [InlineData("ünïcode ☃")]
    [InlineData("")]
    public void A_text_is_shown_and_never_run(string text)
    {
        var plain = All("node", "reason").ToList();
        foreach (var (script, expected) in All(text, text).Zip(plain))
        {
            Assert.Equal(Commands(expected), Commands(script));
            Assert.Equal(Variables().Count(expected), Variables().Count(script));
            Assert.All(script, c => Assert.True(c is '\n' or >= ' ' and <= '~', $"character {(int)c}"));
        }
    }

    [Fact]
    public void No_sign_hides_the_rest_of_a_text()
    {
        var line = IpxeScript.Wait(Server, "node", "rack #7 ;bay 3 || down", Retry).Split('\n')
            .Single(l => l.Contains("waits:", StringComparison.Ordinal));
        Assert.Equal(
            "echo Rackboot: node waits: rack 7 bay 3 down", string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void Random_texts_never_change_what_a_script_does()
    {
        var random = new Random(11);
        const string signs = "$|&;#{}\n\r\t \"'\\`%ab\0é:-";
        var expected = All("node", "reason").Select(s => (string.Join(',', Commands(s)), Variables().Count(s))).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => signs[random.Next(signs.Length)]));
            Assert.Equal(expected, All(text, text).Select(s => (string.Join(',', Commands(s)), Variables().Count(s))));
        }
    }

    [Fact]
    public void Every_kernel_argument_that_is_allowed_stays_one_word_of_the_kernel_command()
    {
        var random = new Random(12);
        for (var i = 0; i < 20_000; i++)
        {
            var argument = string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (char)random.Next(' ', 127)));
            if (TalosKernelArguments.Mistake(argument) is not null)
                continue;
            var line = IpxeScript.Talos(Server, "node", "Talos", "/k", "/i", ["first", argument, "last"], Retry).Split('\n')
                .Single(l => l.StartsWith("kernel ", StringComparison.Ordinal));
            Assert.Equal(["kernel", Server + "/k", "initrd=initramfs", "first", argument, "last", "||", "goto", "failed"], line.Split(' '));
            Assert.Equal(["kernel", "goto"], Commands("#!ipxe\n" + line));
        }
    }

    [Fact]
    public void Every_script_but_the_way_to_the_disk_ends_by_asking_again()
    {
        foreach (var script in new[] { IpxeScript.Bootstrap(Server), IpxeScript.Wait(
            Server, "n", "r", Retry), IpxeScript.Talos(Server, "n", "w", "/k", "/i", [], Retry) })
        {
            Assert.StartsWith("#!ipxe\n", script, StringComparison.Ordinal);
            Assert.EndsWith("goto ask\n", script, StringComparison.Ordinal);
            Assert.Contains("\n:ask\nchain --replace http://10.20.0.1/ipxe?mac=${netX/mac}&uuid=${uuid}&serial=${serial:uristring}",
                script, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_machine_never_asks_again_without_a_pause() =>
        Assert.Contains("\nsleep 1\n", IpxeScript.Wait(Server, "n", "r", TimeSpan.Zero), StringComparison.Ordinal);

    [Theory]
    [InlineData(DiskBootMethod.Exit, "exit 1")]
    [InlineData(DiskBootMethod.Sanboot, "sanboot --no-describe --drive 0x80 || exit 1")]
    public void The_disk_is_booted_by_the_method(DiskBootMethod method, string command) =>
        Assert.EndsWith($"\n{command}\n", IpxeScript.Disk("node", method), StringComparison.Ordinal);

    private static IEnumerable<string> All(string name, string text) =>
    [
        IpxeScript.Wait(Server, name, text, Retry),
        IpxeScript.Talos(Server, name, text, "/k", "/i", ["a=b"], Retry),
        IpxeScript.Disk(name, DiskBootMethod.Sanboot),
    ];

    // The first word of every command, with labels as they are.
    private static List<string> Commands(string script)
    {
        var commands = new List<string>();
        foreach (var line in script.Split('\n').Skip(1))
        {
            var first = true;
            foreach (var word in line.Split((char[])[' ', '\t', '\r', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries)
                .TakeWhile(w => w[0] != '#'))
            {
                if (first)
                    commands.Add(word);
                first = word is "||" or "&&" or ";";
            }
        }

        return commands;
    }

    [GeneratedRegex(@"\$\{")]
    private static partial Regex Variables();
}
