namespace Rackboot.Talos.Tests;

public sealed class KernelArgumentTests
{
    [Fact]
    public void The_operators_argument_takes_the_place_of_one_with_the_same_key_and_console_may_repeat()
    {
        var arguments = TalosKernelArguments.Build(
            "http://10.20.0.1/config/x", "tcp://10.20.0.1:4514", ["console=tty0", "console=ttyS0", "pti=off"]);
        Assert.Contains("talos.platform=metal", arguments);
        Assert.Contains("talos.config=http://10.20.0.1/config/x", arguments);
        Assert.Contains("talos.logging.kernel=tcp://10.20.0.1:4514", arguments);
        Assert.Equal(["pti=off"], arguments.Where(a => a.StartsWith("pti", StringComparison.Ordinal)));
        Assert.Equal(["console=tty0", "console=ttyS0"], arguments.Where(a => a.StartsWith("console=", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_configuration_there_is_no_talos_config() =>
        Assert.DoesNotContain(TalosKernelArguments.Build(null, null, []),
            a => a.StartsWith("talos.config", StringComparison.Ordinal) || a.StartsWith("talos.logging", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("x=${net0/mac}")]
    [InlineData("x=a||shell")]
    [InlineData(";")]
    [InlineData("#quiet")]
    [InlineData("talos.config=http://evil/")]
    [InlineData("initrd=other")]
    [InlineData("ünicode=1")]
    public void What_would_break_the_script_or_steal_the_configuration_is_a_mistake(string argument) =>
        Assert.NotNull(TalosKernelArguments.Mistake(argument));

    [Theory]
    [InlineData("console=ttyS0,115200n8")]
    [InlineData("quiet")]
    [InlineData("bond=bond0:eth0,eth1:mode=802.3ad")]
    public void Ordinary_arguments_are_fine(string argument) => Assert.Null(TalosKernelArguments.Mistake(argument));

    [Theory]
    [InlineData("v1.14.0", true)]
    [InlineData("v1.14.0-beta.1", true)]
    [InlineData("1.14.0", false)]
    [InlineData("v1.14", false)]
    [InlineData("v1.14.0/..", false)]
    [InlineData("latest", false)]
    public void A_version_is_what_talos_calls_one(string version, bool valid) => Assert.Equal(valid, TalosVersion.IsValid(version));
}
