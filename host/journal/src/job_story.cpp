#include "job_story.h"

namespace cicada::host::journal {
namespace {

std::string_view text_of(const nlohmann::json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? std::string_view{found->get_ref<const std::string&>()} : "";
}

}  // namespace

bool JobStories::step(JobId job, std::string_view from, std::string_view to) {
  const auto entered = state_by_name(to);
  const auto left = state_by_name(from);
  if (!entered || (!left && from != "none")) return false;
  auto& story = stories_[job];
  ++story.balance.at(static_cast<std::size_t>(*entered));
  if (left) {
    --story.balance.at(static_cast<std::size_t>(*left));
  } else {
    ++story.begun;
  }
  return true;
}

bool JobStories::add(const nlohmann::json& record) {
  const auto to = text_of(record, "to");
  if (to.empty()) return true;  // not about a job's state
  const auto jobs = record.find("jobs");
  if (jobs != record.end()) {
    if (!jobs->is_array()) return false;
    for (const auto& item : *jobs) {
      if (!item.is_array() || item.size() != 3 || !item[0].is_number_integer() || !item[2].is_string()) return false;
      if (!step(item[0].get<JobId>(), item[2].get_ref<const std::string&>(), to)) return false;
    }
    return true;
  }
  const auto job = record.find("job");
  if (job == record.end() || !job->is_number_integer()) return false;
  if (!step(job->get<JobId>(), text_of(record, "from"), to)) return false;
  if (to != to_string(State::bound) || !record.contains("chip")) return true;
  const auto fence = record.find("fence");
  if (fence == record.end() || !fence->is_number_integer()) return false;
  auto& story = stories_[job->get<JobId>()];
  if (fence->get<Fence>() > story.fence) {
    story.fence = fence->get<Fence>();
    story.chip = text_of(record, "chip");
  }
  return true;
}

std::optional<State> JobStories::state_of(JobId job) const {
  const auto found = stories_.find(job);
  if (found == stories_.end() || found->second.begun != 1) return std::nullopt;
  std::optional<State> state;
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto balance = found->second.balance.at(i);
    if (balance == 0) continue;
    if (balance != 1 || state) return std::nullopt;
    state = static_cast<State>(i);
  }
  return state;
}

std::string JobStories::chip_of(JobId job) const {
  const auto found = stories_.find(job);
  return found == stories_.end() ? std::string{} : found->second.chip;
}

void JobStories::for_each(const std::function<void(JobId)>& visit) const {
  for (const auto& [job, story] : stories_) visit(job);
}

}  // namespace cicada::host::journal
