// SPDX-License-Identifier: MIT
#include "agent/capability_set.h"

#include <array>

#include "agent/capability/agent/self.h"
#include "agent/capability/files/files.h"
#include "agent/capability/gpio/gpio.h"
#include "agent/capability/gpio/kernel_driver.h"
#include "agent/capability/gpio/simulated_driver.h"
#include "agent/capability/shell/shell.h"
#include "agent/capability/telemetry/machine_driver.h"
#include "agent/capability/telemetry/simulated_driver.h"
#include "agent/capability/telemetry/telemetry.h"
#include "agent/capability/terminal/terminal.h"
#include "agent/capability/tv/kernel_driver.h"
#include "agent/capability/tv/simulated_driver.h"
#include "agent/capability/tv/tv.h"
#include "agent/os/shell_user.h"
#include "agent/os/user.h"
#include "base/json.h"
#include "base/private_files.h"
#include "base/try.h"

namespace malinka::agent {
namespace {

using Made = Result<std::unique_ptr<Capability>>;

EventSink sink_of(const Habitat& habitat) {
  return [&dispatcher = habitat.dispatcher](std::string_view event, const Json& value,
                                            std::optional<Blob> blob) {
    dispatcher.emit(event, value, std::move(blob));
  };
}

Made make_agent(const Habitat& habitat) {
  const Config& config = habitat.config;
  return std::make_unique<self::Self>(
      self::SelfSettings{config.place.subscriber.name, config.is_simulated,
                         client::fingerprint_of(config.place.subscriber)},
      habitat.dispatcher, habitat.loop.clock());
}

Made make_files(const Habitat& habitat) {
  files::FilesSettings settings{habitat.config.file_roots, {}};
  if (settings.roots.empty()) settings.roots = {os::current_user().home};
  if (habitat.config.is_simulated) settings.sample_folder = TRY(files::SampleFolder::create());
  return std::make_unique<files::Files>(habitat.workers, std::move(settings));
}

Made make_gpio(const Habitat& habitat) {
  gpio::GpioSettings settings{.driver = nullptr,
                              .lines = habitat.config.gpio_lines,
                              .is_simulated = habitat.config.is_simulated};
  if (settings.is_simulated)
    settings.driver = std::make_unique<gpio::SimulatedDriver>(habitat.loop);
  else
    settings.driver = std::make_unique<gpio::KernelDriver>(habitat.loop);
  return std::make_unique<gpio::Gpio>(habitat.loop, std::move(settings), sink_of(habitat));
}

Made make_shell(const Habitat& habitat) {
  return std::make_unique<shell::Shell>(habitat.loop, os::choose_user(habitat.config.shell_user));
}

/// A simulated device keeps its own: it may stand beside a real one.
telemetry::KeptInterval kept_interval(const Config& config) {
  const char* const file = config.is_simulated ? "/telemetry-simulated.json" : "/telemetry.json";
  const Result<std::string> folder = base::state_folder();
  return {folder ? *folder + file : "", config.telemetry_interval};
}

Made make_telemetry(const Habitat& habitat) {
  const bool is_simulated = habitat.config.is_simulated;
  const Clock& clock = habitat.loop.clock();
  std::unique_ptr<telemetry::TelemetryDriver> driver =
      std::make_unique<telemetry::MachineDriver>(clock);
  if (is_simulated) driver = std::make_unique<telemetry::SimulatedDriver>(clock, std::move(driver));
  return std::make_unique<telemetry::Telemetry>(
      habitat.loop, habitat.workers,
      telemetry::TelemetrySettings{std::move(driver), kept_interval(habitat.config), is_simulated},
      sink_of(habitat));
}

Made make_terminal(const Habitat& habitat) {
  return std::make_unique<terminal::Terminal>(habitat.loop,
                                              os::choose_user(habitat.config.shell_user));
}

Made make_tv(const Habitat& habitat) {
  const Config& config = habitat.config;
  std::unique_ptr<tv::TvDriver> driver;
  if (config.is_simulated)
    driver = std::make_unique<tv::SimulatedDriver>(habitat.loop);
  else
    driver = std::make_unique<tv::KernelDriver>(
        habitat.loop, habitat.workers,
        tv::Introduction{config.tv_name.value_or(tv::osd_name_of(config.place.subscriber.name)),
                         config.tv_name.has_value()});
  return std::make_unique<tv::Tv>(
      habitat.loop,
      tv::TvSettings{std::move(driver), config.is_simulated ? std::nullopt : config.tv_device,
                     config.is_simulated},
      sink_of(habitat));
}

/// A capability of the device is a row here.
constexpr std::array<Made (*)(const Habitat&), 7> makers = {
    make_agent, make_files, make_gpio, make_shell, make_terminal, make_telemetry, make_tv};

}  // namespace

Result<void> add_capabilities(const Habitat& habitat) {
  for (const auto make : makers) habitat.dispatcher.add(TRY(make(habitat)));
  return {};
}

}  // namespace malinka::agent
