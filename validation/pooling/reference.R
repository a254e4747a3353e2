# Reference numbers of pooling: R 4.2.2, metafor 3.8-1. Run in this folder: Rscript reference.R. Writes r_pooling.csv.
# R is not needed by the tests.
suppressMessages(library(metafor))
options(digits = 15)
all <- read.csv("studies.csv", comment.char = "#")
out <- data.frame()
add <- function(data, measure, quantity, value)
  out <<- rbind(out, data.frame(data = data, measure = measure, quantity = quantity, value = value))
for (data in unique(all$data)) for (measure in c("RD", "RR", "OR")) {
  d <- all[all$data == data, ]
  arms <- list(ai = d$events_new, n1i = d$total_new, ci = d$events_control, n2i = d$total_control, measure = measure)
  one <- do.call(escalc, arms)
  for (i in seq_len(nrow(d))) {
    add(data, measure, paste("estimate", d$name[i]), one$yi[i])
    add(data, measure, paste("variance", d$name[i]), one$vi[i])
  }
  mh <- do.call(rma.mh, c(arms, correct = FALSE))
  dl <- rma(one$yi, one$vi, method = "DL")
  hk <- rma(one$yi, one$vi, method = "DL", test = "knha")
  for (f in list(list("Mantel-Haenszel", mh), list("DerSimonian-Laird", dl), list("Hartung-Knapp", hk))) {
    m <- f[[2]]
    for (q in c("beta", "se", "ci.lb", "ci.ub", "pval")) add(data, measure, paste(f[[1]], q), as.numeric(m[[q]]))
  }
  for (q in c("QE", "QEp", "I2", "tau2")) add(data, measure, q, dl[[q]])
  half <- qt(0.975, nrow(d) - 2) * sqrt(dl$tau2 + dl$se^2)  # Higgins, Thompson, Spiegelhalter (2009)
  add(data, measure, "prediction lower", as.numeric(dl$beta) - half)
  add(data, measure, "prediction upper", as.numeric(dl$beta) + half)
}
file <- file("r_pooling.csv", "w")
writeLines(c("# what: pooled risk differences, log risk ratios and log odds ratios of studies.csv by R",
  "# source: R 4.2.2, metafor 3.8-1, run of reference.R beside this file",
  "# taken: 2026-11-28, by tool   licence: Apache-2.0, as the project   changes: none"), file)
out$value <- sprintf("%.12e", out$value)
write.csv(out, file, row.names = FALSE, quote = FALSE)
close(file)
