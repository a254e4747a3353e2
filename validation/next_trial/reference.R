# Sizes and powers of trials in base R, each by a way of its own: restricted rates by numerical maximisation of the
# expected likelihood, survival variances by integrate(), exact tests by enumeration of binomials.
# Run: Rscript reference.R > r_next_trial.csv
out <- function(what, case, value) cat(what, ",", case, ",", format(value, digits = 15), "\n", sep = "")
cat("# what: sizes and powers of trials; columns: quantity, case, value\n")
cat("# source: validation/next_trial/reference.R with base", R.version.string, "\n")
cat("# taken: 2026-11-28, by that script   licence: Apache-2.0   changes: none\n")
cat("quantity,case,value\n")

# case: control, new, margin, alpha, power, ratio
cases <- list("equal" = c(0.06, 0.06, 0.025, 0.05, 0.8, 1), "equal90" = c(0.06, 0.06, 0.025, 0.05, 0.9, 1),
              "late" = c(0.015, 0.015, 0.025, 0.05, 0.8, 1), "better" = c(0.10, 0.08, 0.03, 0.025, 0.9, 1),
              "twotoone" = c(0.06, 0.06, 0.025, 0.05, 0.8, 2), "onetotwo" = c(0.04, 0.05, 0.03, 0.05, 0.8, 0.5))
for (name in names(cases)) {
  x <- cases[[name]]; pc <- x[1]; pn <- x[2]; m <- x[3]; k <- x[6]
  za <- qnorm(1 - x[4]); zb <- qnorm(x[5])
  v1 <- pc * (1 - pc) + pn * (1 - pn) / k
  nc <- ceiling((za + zb)^2 * v1 / (m - (pn - pc))^2)
  out("unpooled", name, nc + ceiling(nc * k))
  loglik <- function(r) pc * log(r) + (1 - pc) * log(1 - r) + k * (pn * log(r + m) + (1 - pn) * log(1 - r - m))
  r <- optimize(loglik, c(1e-9, 1 - m - 1e-9), maximum = TRUE, tol = 1e-13)$maximum
  v0 <- r * (1 - r) + (r + m) * (1 - r - m) / k
  nc <- ceiling((za * sqrt(v0) + zb * sqrt(v1))^2 / (m - (pn - pc))^2)
  out("farrington_manning", name, nc + ceiling(nc * k))
}

# exact rejection rates of the unpooled test, 1116 v 1116, margin 2.5 %, one-sided 5 %
n <- 1116; x <- 0:400
reject <- outer(x, x, function(a, b) {
  pa <- a / n; pb <- b / n
  z <- (pa - pb - 0.025) / sqrt(pa * (1 - pa) / n + pb * (1 - pb) / n)
  z[is.nan(z)] <- -Inf
  pnorm(z) < 0.05
})
for (pn in c(0.06, 0.085)) out("wald_exact", pn, sum(outer(dbinom(x, n, pn), dbinom(x, n, 0.06)) * reject))

# n times the variance of the Kaplan-Meier risk: risk, t, accrual, follow-up, yearly loss
times <- list("complete" = c(0.06, 5, 10, 5, 0), "early" = c(0.06, 5, 10, 1, 0.01), "lost" = c(0.085, 5, 4, 2, 0.05),
              "atonce" = c(0.03, 3, 0, 4, 0.02))
for (name in names(times)) {
  x <- times[[name]]; h <- -log(1 - x[1]) / x[2]; g <- -log(1 - x[5])
  seen <- function(u) exp(-g * u) * ifelse(u <= x[4], 1, (x[3] + x[4] - u) / x[3])
  f <- function(u) h / (exp(-h * u) * seen(u))
  cut <- min(x[2], x[4])
  total <- integrate(f, 0, cut, rel.tol = 1e-11)$value
  if (cut < x[2]) total <- total + integrate(f, cut, x[2], rel.tol = 1e-11)$value
  out("km_variance", name, (1 - x[1])^2 * total)
}

# single arm: expected, ruled out, alpha, power
arms <- list("a" = c(0.01, 0.0377, 0.05, 0.8), "b" = c(0.02, 0.05, 0.025, 0.9), "c" = c(0.05, 0.10, 0.05, 0.8),
             "d" = c(0, 0.0377, 0.05, 0.8))
for (name in names(arms)) {
  x <- arms[[name]]
  power <- sapply(1:3000, function(n) {
    r <- sum(pbinom(0:n, n, x[2]) <= x[3]) - 1
    if (r < 0) 0 else pbinom(r, n, x[1])
  })
  out("single_first", name, which(power >= x[4])[1])
  out("single_lasting", name, max(which(power < x[4])) + 1)
  out("single_power", name, power[which(power >= x[4])[1]])
  out("single_zero", name, which((1 - x[2])^(1:3000) <= x[3])[1])
}
