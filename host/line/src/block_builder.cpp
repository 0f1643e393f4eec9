#include "block_builder.h"

#include <algorithm>

#include "cicada/base/rng.h"
#include "cicada/host/issuance/sealed_job.h"
#include "cicada/host/perso/content.h"
#include "key_digests.h"

namespace cicada::host::line {

namespace {

/// Threads beyond those that compute, so that a token finds its next work waiting.
constexpr unsigned kAhead = 2;

}  // namespace

BlockBuilder::BlockBuilder(vault::Vault& vault, const perso::Profile& profile, unsigned threads,
                           std::vector<Building> block)
    : vault_(vault), profile_(profile), block_(std::move(block)) {
  const auto share = (block_.size() + threads - 1) / threads;
  together_ = std::clamp<std::size_t>(vault_.together(), 1, std::max<std::size_t>(1, share));
  // Threads that wait for a vault elsewhere leave their cores alone: others prepare what it gets next.
  const auto wanted = together_ > 1 ? threads + kAhead : threads;
  const auto slices = (block_.size() + together_ - 1) / together_;
  for (std::size_t i = 0; i < std::min<std::size_t>(wanted, slices); ++i) threads_.emplace_back([this] { work(); });
}

BlockBuilder::~BlockBuilder() {
  stopped_ = true;
}

std::vector<Building> BlockBuilder::finish() {
  threads_.clear();
  return std::move(block_);
}

void BlockBuilder::work() {
  while (!stopped_) {
    const auto first = next_.fetch_add(together_);
    if (first >= block_.size()) return;
    build(std::span{block_}.subspan(first, std::min(together_, block_.size() - first)));
  }
}

void BlockBuilder::build(std::span<Building> some) {
  base::SystemRng rng;
  std::vector<std::optional<issuance::CardJob>> jobs(some.size());
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (auto job = issuance::prepare_files(*some[i].record.dossier, profile_, rng)) {
      jobs[i] = *std::move(job);
    } else {
      some[i].own = job.error();
    }
  }
  if (!profile_.makes_keys()) complete(some, jobs);
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (jobs[i] && !some[i].stops) seal(some[i], *jobs[i]);
    if (some[i].stops) stopped_ = true;
  }
}

void BlockBuilder::complete(std::span<Building> some, std::span<std::optional<issuance::CardJob>> jobs) {
  std::vector<vault::Waiting> waiting;
  std::vector<Building*> owners;
  for (std::size_t i = 0; i < some.size(); ++i) {
    if (!jobs[i]) continue;
    const auto& origin = some[i].record.origin;
    waiting.push_back(
        {.job = &*jobs[i],
         .grant = {.job = some[i].job, .fence = 0, .dossier = origin.dossier, .version = origin.version}});
    owners.push_back(&some[i]);
  }
  auto signers = vault_.complete_each(waiting, profile_);
  for (std::size_t i = 0; i < owners.size(); ++i) {
    if (signers[i]) {
      owners[i]->ds = *std::move(signers[i]);
    } else {
      owners[i]->stops = signers[i].error();
    }
  }
}

void BlockBuilder::seal(Building& one, const issuance::CardJob& job) {
  const auto& origin = one.record.origin;
  const auto key = vault_.seal_key(origin.dossier, origin.version);
  if (!key) {
    one.stops = key.error();
    return;
  }
  if (job.keys != nullptr) {
    auto digests = key_digests(job.keys->public_halves);
    if (!digests) {
      one.stops = digests.error();
      return;
    }
    one.keys = *std::move(digests);
  }
  auto sealed = issuance::seal(job, origin.dossier, origin.version, *key);
  if (!sealed) {
    one.own = sealed.error();
    return;
  }
  one.sealed = *std::move(sealed);
}

}  // namespace cicada::host::line
