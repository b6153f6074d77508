import { startSystem, type System } from '../harness/system.ts';
import { addProduct } from '../setup/menu.ts';

/** The product with one dish, at a price that no two or three people share without a rest, and enough of it for all. */
export async function startTeaSystem(): Promise<{ readonly system: System; readonly tea: string }> {
  const system = await startSystem();
  const { variants } = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 335, available: 100_000 }],
  });
  return { system, tea: variants[0]!.id };
}
