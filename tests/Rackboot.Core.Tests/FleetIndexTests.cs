using Rackboot.Core.Machines;

namespace Rackboot.Core.Tests;

/// <summary>An index of the inventory is what a dictionary is, and an earlier one stays as it was.</summary>
public sealed class FleetIndexTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void It_holds_what_a_dictionary_holds_whatever_is_set_and_removed(int first)
    {
        var random = new Random(first);
        var model = Enumerable.Range(0, first).ToDictionary(i => i, i => $"first {i}");
        var index = new FleetIndex<int, string>(new(model));
        for (var step = 0; step < 2000; step++)
        {
            var (earlier, held) = (index, model.ToDictionary());
            var (key, value) = (random.Next(20), $"step {step}");
            switch (random.Next(3))
            {
                case 0:
                    index = index.Without(key);
                    model.Remove(key);
                    break;
                case 1:
                    index = index.With(key, value);
                    model[key] = value;
                    break;
                default:
                    index = index.With([(key, value), (key + 1, value), (key, value + " again")]);
                    (model[key], model[key + 1]) = (value + " again", value);
                    break;
            }

            Check(held, earlier);
            Check(model, index);
        }
    }

    private static void Check(Dictionary<int, string> model, FleetIndex<int, string> index)
    {
        Assert.Equal(model.Count, index.Count);
        Assert.Equal(model.Values.Order(StringComparer.Ordinal), index.Values.Order(StringComparer.Ordinal));
        for (var key = 0; key <= 21; key++)
        {
            Assert.Equal(model.TryGetValue(key, out var expected), index.Find(key, out var value));
            if (expected is null)
                Assert.Throws<KeyNotFoundException>(() => index[key]);
            else
                Assert.Equal((expected, expected), (value, index[key]));
        }
    }
}
