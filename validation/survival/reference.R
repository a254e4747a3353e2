# Reference numbers of the survival estimates: R 4.2.2, survival 3.5-3, cmprsk 2.2-11.
# Run in this folder: Rscript reference.R. Writes r_survival.csv. R is not needed by the tests.
suppressMessages({library(survival); library(cmprsk)})
options(digits = 15)
read <- function(name) read.csv(name, comment.char = "#")
gbsg <- read("gbsg.csv")
made <- read("competing.csv")
out <- data.frame()
add <- function(data, quantity, group, at, value)
  out <<- rbind(out, data.frame(data = data, quantity = quantity, group = group, at = at, value = value))

# Kaplan-Meier, limits, restricted mean
for (data in c("gbsg", "made")) {
  d <- get(data); d$t <- d$time; d$s <- as.integer(d$event == 1)
  times <- if (data == "gbsg") c(365, 730, 1096, 1826) else c(1, 3, 5, 8)
  tau <- if (data == "gbsg") 1826 else 8
  for (g in sort(unique(d$group))) {
    x <- d[d$group == g, ]
    for (type in c("log", "log-log", "plain")) {
      f <- summary(survfit(Surv(t, s) ~ 1, data = x, conf.type = type), times = times)
      add(data, paste("lower", type), g, times, f$lower)
      add(data, paste("upper", type), g, times, f$upper)
    }
    add(data, "survival", g, times, f$surv)
    add(data, "standard error", g, times, f$std.err)
    add(data, "at risk", g, times, f$n.risk)
    rm <- summary(survfit(Surv(t, s) ~ 1, data = x), rmean = tau)$table
    add(data, "restricted mean", g, tau, rm["rmean"])
    add(data, "restricted mean standard error", g, tau, rm["se(rmean)"])
  }
  add(data, "log-rank", "", NA, survdiff(Surv(t, s) ~ group, data = d)$chisq)
}
d3 <- gbsg
add("gbsg", "log-rank by grade", "", NA, survdiff(Surv(time, event) ~ grade, data = d3)$chisq)

# competing events: survival's Aalen-Johansen and cmprsk's, Gray's test
for (g in sort(unique(made$group))) {
  x <- made[made$group == g, ]
  f <- summary(survfit(Surv(time, factor(event, 0:2)) ~ 1, data = x), times = c(1, 3, 5, 8))
  for (k in 1:2) {
    add("made", paste("incidence", k), g, c(1, 3, 5, 8), f$pstate[, k + 1])
    add("made", paste("incidence standard error", k), g, c(1, 3, 5, 8), f$std.err[, k + 1])
  }
}
ci <- cuminc(made$time, made$event, made$group, cencode = 0)
tp <- timepoints(ci, c(1, 3, 5, 8))
for (name in rownames(tp$est)) {
  part <- strsplit(name, " ")[[1]]
  add("made", paste("cmprsk incidence", part[2]), part[1], c(1, 3, 5, 8), tp$est[name, ])
  add("made", paste("cmprsk variance", part[2]), part[1], c(1, 3, 5, 8), tp$var[name, ])
}
for (k in 1:2) add("made", paste("Gray", k), "", NA, ci$Tests[k, 1])
two <- made[made$group != "c", ]
ci2 <- cuminc(two$time, two$event, two$group, cencode = 0)
for (k in 1:2) add("made", paste("Gray a b", k), "", NA, ci2$Tests[k, 1])

# follow-up: censoring is the event; quartiles of it
for (data in c("gbsg", "made")) {
  d <- get(data)
  for (g in c("", sort(unique(d$group)))) {
    x <- if (g == "") d else d[d$group == g, ]
    q <- quantile(survfit(Surv(time, event == 0) ~ 1, data = x, conf.type = "log"), c(0.25, 0.5, 0.75))
    add(data, "follow-up", g, c(0.25, 0.5, 0.75), q$quantile)
    add(data, "follow-up lower", g, 0.5, q$lower[2])
    add(data, "follow-up upper", g, 0.5, q$upper[2])
  }
}

# Cox regression of the event of interest; in column group the term, in column at its place
cox <- function(data, name, formula, d) for (ties in c("efron", "breslow")) {
  f <- summary(coxph(formula, data = d, ties = ties))
  terms <- rownames(f$coefficients)
  for (quantity in c("coef", "se(coef)", "Pr(>|z|)"))
    add(data, paste("Cox", name, ties, quantity), terms, seq_along(terms), f$coefficients[, quantity])
  for (limit in c("lower .95", "upper .95"))
    add(data, paste("Cox", name, ties, limit), terms, seq_along(terms), f$conf.int[, limit])
  add(data, paste("Cox", name, ties, "likelihood ratio"), "", NA, f$logtest["test"])
}
cox("gbsg", "alone", Surv(time, event) ~ factor(group), gbsg)
cox("gbsg", "all", Surv(time, event) ~ factor(group) + age + size + factor(grade) + nodes + pgr + er, gbsg)
cox("made", "alone", Surv(time, event == 1) ~ group, made)

head <- c("# what: estimates of gbsg.csv (times in days) and competing.csv (times in years, here called made) by R",
  "# source: R 4.2.2, survival 3.5-3, cmprsk 2.2-11, run of reference.R beside this file",
  paste("# taken: 2026-11-28, by tool   licence: Apache-2.0, as the project   changes: none"))
writeLines(head, "r_survival.csv")
out$value <- format(out$value, digits = 15, trim = TRUE)
suppressWarnings(write.table(out, "r_survival.csv", append = TRUE, sep = ",", row.names = FALSE, quote = FALSE, na = ""))
