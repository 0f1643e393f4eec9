#include "files.h"

#include <fmt/format.h>

namespace cicada::conformance::runner {

using Clock = std::chrono::steady_clock;
namespace {

std::chrono::microseconds since(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
}

}  // namespace

void FileShelf::read(const std::vector<std::string>& names, const Setting& setting, terminal::Terminal& terminal) {
  model::Case reading;
  reading.info.title = "reading of files";
  procedures::Scene scene{
      .terminal = terminal, .ics = setting.ics, .test = reading, .now = setting.now, .files = contents_};
  for (const auto& name : names) {
    if (read_.contains(name)) continue;
    const auto begin = Clock::now();
    auto& file = read_[name];
    base::Bytes content;
    file.outcome = setting.book.read_file(scene, name, content);
    if (file.outcome.passed()) contents_.insert_or_assign(name, std::move(content));
    file.exchanges = terminal.take_log();
    file.duration = since(begin);
  }
}

void FileShelf::tell(const std::string& name, ReadFile& file, model::Record& record) {
  if (!file.told_in.empty()) {
    record.exchanges.emplace_back().note = fmt::format("{} was read before, see {}", name, file.told_in);
    return;
  }
  file.told_in = record.info.id;
  record.duration += file.duration;
  for (auto& exchange : std::exchange(file.exchanges, {})) record.exchanges.push_back(std::move(exchange));
}

void FileShelf::judge(const model::FileCheck& check, const Setting& setting, model::Record& record) {
  for (const auto& name : check.files) {
    auto& file = read_[name];
    tell(name, file, record);
    if (!file.outcome.passed()) {
      record.outcome = file.outcome;
      return;
    }
  }
  const auto begin = Clock::now();
  // Nothing else that was read: the verdict is the same whatever else is in the plan.
  Files shown;
  for (const auto* names : {&check.files, &check.also}) {
    for (const auto& name : *names) {
      const auto found = contents_.find(name);
      if (found != contents_.end()) shown.insert(*found);
    }
  }
  record.outcome = setting.book.check(check.check, shown, setting.ics, setting.now);
  record.duration += since(begin);
}

}  // namespace cicada::conformance::runner
