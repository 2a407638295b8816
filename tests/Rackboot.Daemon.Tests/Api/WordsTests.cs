namespace Rackboot.Daemon.Tests.Api;

/// <summary>The API casts between Core's words and those of its contract, so both must have the same, with the same numbers.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(typeof(Core.Boot.BootStage), typeof(Contracts.BootStage))]
    [InlineData(typeof(Core.Boot.BootOutcome), typeof(Contracts.BootOutcome))]
    [InlineData(typeof(Core.Machines.BootSource), typeof(Contracts.BootSource))]
    [InlineData(typeof(Core.Machines.DiskBootMethod), typeof(Contracts.DiskBootMethod))]
    [InlineData(typeof(Core.Power.Bmc.BmcDriver), typeof(Contracts.BmcDriver))]
    [InlineData(typeof(Core.Power.Bmc.BmcPrivilege), typeof(Contracts.BmcPrivilege))]
    [InlineData(typeof(Core.Power.PowerAction), typeof(Contracts.PowerAction))]
    [InlineData(typeof(Core.Power.PowerState), typeof(Contracts.PowerState))]
    [InlineData(typeof(Core.Power.Operations.PowerStep), typeof(Contracts.PowerStep))]
    [InlineData(typeof(Core.Console.ConsoleState), typeof(Contracts.ConsoleState))]
    [InlineData(typeof(Core.Power.BootTarget), typeof(Contracts.BootTarget))]
    public void Core_and_contract_have_the_same_words(Type core, Type contract) =>
        Assert.Equal(Words(core).Where(word => word != "Cloud = 6"), Words(contract)); // a placed machine's, which no document names

    private static IEnumerable<string> Words(Type type) =>
        Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt32(Enum.Parse(type, name))}");
}
