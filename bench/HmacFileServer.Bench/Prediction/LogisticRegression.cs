using HmacFileServer.Core.Networks.Prediction;

namespace HmacFileServer.Bench.Prediction;

/// <summary>
/// Logistic regression with an L2 penalty on standardised features, by Newton's method from zero: the loss is convex, so the result
/// depends on the data alone, not on a seed or a rate of learning.
/// </summary>
internal static class LogisticRegression
{
    private const double Penalty = 5;
    private const int MostSteps = 50;

    public static LinkPredictorModel Fit(IReadOnlyList<LinkRow> rows)
    {
        var width = rows[0].Features.Length;
        var (mean, scale) = Moments(rows, width);
        var inputs = rows.Select(r => Standardise(r.Features, mean, scale)).ToArray();
        var weights = new double[width + 1]; // the last one is the bias, which is not penalised
        for (var step = 0; step < MostSteps; step++)
        {
            var change = Step(inputs, rows, weights);
            for (var i = 0; i <= width; i++)
                weights[i] += change[i];
            if (change.Max(Math.Abs) < 1e-9)
                break;
        }
        return new LinkPredictorModel(mean, scale, weights[..width], weights[width], PrepareAt: 2, LeaveAt: 2);
    }

    private static double[] Step(double[][] inputs, IReadOnlyList<LinkRow> rows, double[] weights)
    {
        var n = weights.Length;
        var system = new double[n, n + 1]; // Hessian, and the gradient as last column
        for (var r = 0; r < inputs.Length; r++)
        {
            var x = inputs[r];
            var sum = 0.0;
            for (var i = 0; i < n; i++)
                sum += weights[i] * x[i];
            var p = 1 / (1 + Math.Exp(-sum));
            var error = (rows[r].Dies ? 1 : 0) - p;
            var curvature = Math.Max(p * (1 - p), 1e-9);
            for (var i = 0; i < n; i++)
            {
                system[i, n] += error * x[i];
                for (var j = 0; j < n; j++)
                    system[i, j] += curvature * x[i] * x[j];
            }
        }
        for (var i = 0; i < n; i++)
        {
            system[i, i] += i < n - 1 ? Penalty : 1e-9;
            system[i, n] -= i < n - 1 ? Penalty * weights[i] : 0;
        }
        return Solve(system, n);
    }

    /// <summary>Gaussian elimination; the matrix is positive definite, so no pivot is zero.</summary>
    private static double[] Solve(double[,] system, int n)
    {
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var row = pivot + 1; row < n; row++)
            {
                var factor = system[row, pivot] / system[pivot, pivot];
                for (var column = pivot; column <= n; column++)
                    system[row, column] -= factor * system[pivot, column];
            }
        }
        var solution = new double[n];
        for (var row = n - 1; row >= 0; row--)
        {
            var rest = system[row, n];
            for (var column = row + 1; column < n; column++)
                rest -= system[row, column] * solution[column];
            solution[row] = rest / system[row, row];
        }
        return solution;
    }

    private static double[] Standardise(double[] features, double[] mean, double[] scale) =>
        [.. features.Select((f, i) => double.IsFinite(f) ? (f - mean[i]) / scale[i] : 0), 1];

    private static (double[] Mean, double[] Scale) Moments(IReadOnlyList<LinkRow> rows, int width)
    {
        var mean = new double[width];
        var scale = new double[width];
        for (var i = 0; i < width; i++)
        {
            var known = rows.Select(r => r.Features[i]).Where(double.IsFinite).ToArray();
            mean[i] = known.Length > 0 ? known.Average() : 0;
            var m = mean[i];
            var deviation = known.Length > 0 ? Math.Sqrt(known.Average(v => (v - m) * (v - m))) : 0;
            scale[i] = deviation > 1e-9 ? deviation : 1;
        }
        return (mean, scale);
    }
}
